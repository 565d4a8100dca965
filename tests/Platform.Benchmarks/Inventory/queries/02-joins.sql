-- @ inner-join
-- = id: orders.id; name: customers.name
select o.id, c.name from orders o join customers c on o.customer_id = c.id

-- @ join-using
-- = id: ~employees.id; name: employees.name; city: stores.city
select e.id + 0 as id, e.name, s.city from employees e join (select id as store_id, city from stores) s using (store_id)

-- @ left-join
-- = id: orders.id; paid: payments.paid
select o.id, p.paid from orders o left join payments p on p.order_id = o.id

-- @ right-join
-- = city: stores.city; who: employees.name
select s.city, e.name as who from employees e right join stores s on s.id = e.store_id

-- @ full-join-using
-- = country: ~customers.country ~stores.country; segment: customers.segment; city: stores.city
select country, c.segment, s.city from customers c full join stores s using (country)

-- @ cross-join
-- = id: stores.id; name: categories.name
select s.id, c.name from stores s cross join categories c where s.target > 100 and c.parent_id is not null

-- @ comma-join
-- = id: items.order_id; title: products.title
select i.order_id as id, p.title from items i, products p where i.product_id = p.id and i.qty > 1

-- @ natural-join
-- = qty: stock.qty; product_id: stock.product_id; price: items.price
select k.qty, product_id, i.price from (select product_id, qty from stock) k natural join (select product_id, price from items) i

-- @ self-join
-- = worker: employees.name; boss: employees.name
select e.name as worker, b.name as boss from employees e join employees b on e.boss_id = b.id

-- @ self-join-three-levels
-- = a: employees.name; b: employees.salary; c: ~employees.name
select e.name as a, b.salary as b, upper(c.name) as c from employees e join employees b on e.boss_id = b.id left join employees c on b.boss_id = c.id

-- @ non-equi-join
-- = a: products.title; b: products.title
select x.title as a, y.title as b from products x join products y on x.cost < y.cost and x.category_id = y.category_id

-- @ range-join
-- = id: orders.id; rate: rates.rate
select o.id, r.rate from orders o join rates r on o.placed::date between r.day and r.day + 3

-- @ join-on-expression
-- = id: orders.id; city: stores.city
select o.id, s.city from orders o join stores s on o.store_id + 1 = s.id and lower(s.country) <> 'fr'

-- @ join-or-condition
-- = id: customers.id; city: stores.city
select c.id, s.city from customers c join stores s on c.country = s.country or c.id = s.id

-- @ four-tables
-- = buyer: customers.name; title: products.title; total: ~items.qty ~items.price
select c.name as buyer, p.title, i.qty * i.price as total from customers c join orders o on o.customer_id = c.id join items i on i.order_id = o.id join products p on p.id = i.product_id

-- @ left-join-aggregate
-- = name: customers.name; spent: +orders.amount
select c.name, t.spent from customers c left join (select customer_id, sum(amount) as spent from orders where status = 'paid' group by customer_id) t on t.customer_id = c.id

-- @ left-join-aggregate-coalesce
-- = id: stores.id; n:; best: +employees.salary
select s.id, coalesce(t.n, 0) as n, t.best from stores s left join (select store_id, count(*) as n, max(salary) as best from employees where boss_id is not null group by store_id) t on t.store_id = s.id

-- @ left-join-two-aggregates
-- = id: orders.id; goods: +items.qty +items.price; paid: +payments.paid
select o.id, g.goods, p.paid from orders o left join (select order_id, sum(qty * price) as goods from items group by 1) g on g.order_id = o.id left join (select order_id, sum(paid) as paid from payments where method = 'card' group by 1) p on p.order_id = o.id

-- @ left-join-distinct
-- = id: customers.id; seen: orders.customer_id
select c.id, d.customer_id as seen from customers c left join (select distinct customer_id from orders where status = 'paid') d on d.customer_id = c.id

-- @ left-join-latest
-- = id: customers.id; last: orders.amount
select c.id, l.amount as last from customers c left join (select customer_id, amount from orders qualify row_number() over (partition by customer_id order by placed desc, id) = 1) l on l.customer_id = c.id

-- @ inner-join-aggregate
-- = city: stores.city; paid: +orders.amount
select s.city, t.paid from stores s join (select store_id, sum(amount) as paid from orders group by store_id having sum(discount) > 10) t on t.store_id = s.id

-- @ semi-join
-- = name: customers.name
select c.name from customers c semi join orders o on o.customer_id = c.id and o.amount > 100

-- @ anti-join
-- = title: products.title
select p.title from products p anti join items i on i.product_id = p.id

-- @ asof-join
-- = id: orders.id; rate: rates.rate
select o.id, r.rate from orders o asof join rates r on r.day <= o.placed::date

-- @ asof-left-join
-- = id: payments.id; at_: events.happened
select p.id, e.happened as at_ from payments p asof left join events e on e.happened <= p.paid_at

-- @ positional-join
-- = a: categories.name; b: stores.city
select c.name as a, s.city as b from categories c positional join stores s

-- @ lateral-join
-- = id: orders.id; dear: items.price
select o.id, x.price as dear from orders o, lateral (select price from items i where i.order_id = o.id and i.price > o.discount) x

-- @ lateral-aggregate
-- = id: orders.id; total: +items.qty +items.price
select o.id, x.total from orders o cross join lateral (select sum(i.qty * i.price) as total from items i where i.order_id = o.id) x

-- @ lateral-left-limit
-- = name: customers.name; top: orders.amount
select c.name, x.amount as top from customers c left join lateral (select amount from orders o where o.customer_id = c.id order by amount desc nulls last, id limit 1) x on true

-- @ lateral-expression
-- = id: orders.id; net: ~orders.amount ~orders.discount; tax: ~orders.amount ~orders.discount
select o.id, a.net, b.tax from orders o, lateral (select o.amount - o.discount as net) a, lateral (select a.net * 0.2 as tax) b

-- @ join-with-filter-in-on
-- = id: customers.id; amount: orders.amount
select c.id, o.amount from customers c left join orders o on o.customer_id = c.id and o.status = 'paid' and c.segment = 'vip'

-- @ join-on-subquery
-- = id: orders.id; n: customers.name
select o.id, c.n from orders o join (select id, name as n from customers where country in (select country from stores where target > 200)) c on c.id = o.customer_id

-- @ full-join-aggregates
-- = k: ~orders.customer_id ~events.customer_id; spent: +orders.amount; clicks:
select coalesce(o.customer_id, e.customer_id) as k, o.spent, e.clicks from (select customer_id, sum(amount) as spent from orders group by 1) o full join (select customer_id, count(*) as clicks from events group by 1) e on e.customer_id = o.customer_id

-- @ join-null-safe
-- = a: orders.id; b: payments.id
select o.id as a, p.id as b from orders o join payments p on o.note is not distinct from p.method

-- @ unused-left-side
-- = rate: rates.rate
select r.rate from stores s join rates r on r.country = s.country

-- @ scalar-cross-aggregate
-- = id: orders.id; share: ~orders.amount +orders.amount
select o.id, o.amount / t.total as share from orders o cross join (select sum(amount) as total from orders where status <> 'void') t
