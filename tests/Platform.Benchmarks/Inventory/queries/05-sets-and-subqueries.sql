-- @ union-all
-- = who: customers.name employees.name; where_: customers.country stores.country
select name as who, country as where_ from customers union all select e.name, s.country from employees e join stores s on s.id = e.store_id

-- @ union-distinct
-- = country: customers.country stores.country
select country from customers union select country from stores

-- @ union-by-name
-- = id: orders.id payments.id; amount: orders.amount; paid: payments.paid
select id, amount from orders union all by name select paid, id from payments

-- @ union-three-casts
-- = v: ~orders.amount ~payments.paid ~items.qty
select amount::varchar as v from orders union all select paid::varchar from payments union all select qty::varchar from items

-- @ except
-- = id: customers.id
select id from customers except select customer_id from orders

-- @ intersect
-- = country: customers.country
select country from customers intersect select country from stores where target > 150

-- @ except-all
-- = status: orders.status
select status from orders except all select method from payments

-- @ union-of-filters
-- = id: orders.id; src:
select id, 'a' as src from orders where status = 'paid' union all select id, 'b' from orders where amount > 150

-- @ union-ordered ordered
-- = name: stores.city categories.name
select name from (select city as name from stores union all select name from categories) t order by name limit 6

-- @ scalar-subquery
-- = id: orders.id; best: +orders.amount
select id, (select max(amount) from orders where status = 'paid') as best from orders

-- @ scalar-subquery-difference
-- = id: products.id; gap: ~products.cost +products.cost
select id, cost - (select avg(cost) from products) as gap from products

-- @ correlated-scalar
-- = id: orders.id; paid: +payments.paid
select id, (select sum(p.paid) from payments p where p.order_id = o.id and p.method = 'card') as paid from orders o

-- @ correlated-count
-- = name: customers.name; n:
select name, (select count(*) from orders o where o.customer_id = c.id and o.amount > c.balance) as n from customers c

-- @ correlated-max-filter
-- = id: orders.id
select id from orders o where amount = (select max(amount) from orders x where x.customer_id = o.customer_id)

-- @ correlated-two-levels
-- = name: customers.name; spent: +items.price
select name, (select sum(i.price) from items i where i.order_id in (select o.id from orders o where o.customer_id = c.id and o.status = 'paid')) as spent from customers c

-- @ correlated-scalar-value
-- = id: items.order_id; title: products.title
select order_id as id, (select title from products p where p.id = i.product_id) as title from items i

-- @ exists
-- = name: customers.name
select name from customers c where exists (select 1 from orders o where o.customer_id = c.id and o.status = 'paid')

-- @ not-exists
-- = city: stores.city
select city from stores s where not exists (select 1 from employees e where e.store_id = s.id and e.salary > 2500)

-- @ exists-output
-- = id: products.id; sold:
select id, exists (select 1 from items i where i.product_id = p.id and i.qty > 2) as sold from products p

-- @ in-subquery
-- = id: orders.id
select id from orders where customer_id in (select id from customers where segment = 'vip')

-- @ not-in-subquery
-- = title: products.title
select title from products where id not in (select product_id from items where product_id is not null and qty > 1)

-- @ in-output
-- = id: customers.id; buyer:
select id, id in (select customer_id from orders where amount > 100) as buyer from customers

-- @ in-pair
-- = qty: items.qty
select qty from items where (product_id, qty) in (select product_id, qty from stock)

-- @ any-comparison
-- = title: products.title
select title from products where cost > any (select price from items where qty > 2)

-- @ all-comparison
-- = name: employees.name
select name from employees where salary >= all (select salary from employees where boss_id is not null and salary is not null)

-- @ scalar-in-where
-- = id: orders.id
select id from orders where amount > (select avg(amount) from orders)

-- @ scalar-in-case
-- = z: ~orders.status
select case when amount > (select avg(paid) from payments) then status else 'low' end as z from orders

-- @ subquery-in-from-twice
-- = a: +orders.amount; b: +payments.paid
select a, b from (select sum(amount) as a from orders) x, (select sum(paid) as b from payments where method = 'card') y

-- @ subquery-unused-columns
-- = id: orders.id
select id from (select id, amount * 2 as twice, upper(note) as n from orders where store_id = 1) t

-- @ array-subquery
-- = id: customers.id; amounts: +orders.amount
select id, array(select amount from orders o where o.customer_id = c.id order by placed, id) as amounts from customers c

-- @ subquery-limit-one
-- = id: categories.id; dearest: products.title
select id, (select title from products p where p.category_id = c.id order by cost desc nulls last, id limit 1) as dearest from categories c

-- @ having-subquery
-- = store_id: orders.store_id
select store_id from orders group by store_id having count(*) > (select count(*) / 6 from orders where status = 'paid')
