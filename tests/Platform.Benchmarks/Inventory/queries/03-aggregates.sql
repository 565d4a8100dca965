-- @ group-by
-- = status: orders.status; total: +orders.amount; n:
select status, sum(amount) as total, count(*) as n from orders group by status

-- @ group-by-expression
-- = month: ~orders.placed; avg: +orders.amount
select date_trunc('month', placed) as month, avg(amount) as avg from orders group by date_trunc('month', placed)

-- @ group-by-all
-- = country: customers.country; segment: customers.segment; most: +customers.balance
select country, segment, max(balance) as most from customers group by all

-- @ having
-- = store_id: orders.store_id; n:
select store_id, count(*) as n from orders group by store_id having sum(amount) > 200

-- @ count-column
-- = n: +customers.email
select count(email) as n from customers where segment = 'vip'

-- @ count-distinct
-- = country: customers.country; n: +customers.segment
select country, count(distinct segment) as n from customers group by country

-- @ ungrouped-with-constant
-- = total: +orders.amount; tag:
select sum(amount) as total, 'x' as tag from orders where status = 'paid'

-- @ ungrouped-two-filters
-- = a: +orders.amount; b: +orders.amount
select sum(amount) filter (where status = 'paid') as a, sum(amount) filter (where store_id = 2) as b from orders

-- @ case-in-aggregate
-- = country: customers.country; vip: +customers.balance; n: 
select country, sum(case when segment = 'vip' then balance else 0 end) as vip, sum(case when born < date '1985-01-01' then 1 else 0 end) as n from customers group by country

-- @ rollup
-- = country: customers.country; segment: customers.segment; total: +customers.balance
select country, segment, sum(balance) as total from customers group by rollup (country, segment)

-- @ cube-grouping
-- = country: customers.country; segment: customers.segment; level:; n:
select country, segment, grouping(country, segment) as level, count(*) as n from customers group by cube (country, segment)

-- @ grouping-sets
-- = status: orders.status; store_id: orders.store_id; total: +orders.amount
select status, store_id, sum(amount) as total from orders group by grouping sets ((status), (store_id), ())

-- @ string-agg-ordered
-- = country: customers.country; names: +customers.name
select country, string_agg(name, ',' order by balance desc nulls last, id) as names from customers group by country

-- @ list-aggregate
-- = store_id: employees.store_id; people: +employees.name
select store_id, list(name order by salary, id) as people from employees group by store_id

-- @ arg-max
-- = store_id: employees.store_id; best: +employees.name
select store_id, arg_max(name, salary + id * 0.001) as best from employees group by store_id

-- @ min-by
-- = first: +orders.status
select min_by(status, placed + to_seconds(id)) as first from orders

-- @ first-ordered
-- = customer_id: orders.customer_id; note: orders.note
select customer_id, first(note order by placed, id) as note from orders group by customer_id

-- @ any-value-group
-- = category_id: products.category_id; cost: +products.cost
select category_id, sum(cost) as cost from products where title is not null group by category_id

-- @ quantiles
-- = p: +orders.amount; m: +orders.discount; d: +items.price
select quantile_cont(o.amount, 0.9) as p, median(o.discount) as m, stddev(i.price) as d from orders o join items i on i.order_id = o.id

-- @ two-argument-aggregates
-- = c: +orders.amount +orders.discount; r: +items.qty +items.price
select corr(o.amount, o.discount) as c, regr_slope(i.price, i.qty) as r from orders o join items i on i.order_id = o.id

-- @ aggregate-of-expression
-- = order_id: items.order_id; total: +items.qty +items.price; most: +items.price
select order_id, sum(qty * price) as total, max(price) as most from items group by order_id

-- @ expression-of-aggregates
-- = store_id: orders.store_id; ratio: +orders.amount +orders.discount
select store_id, sum(discount) / nullif(sum(amount), 0) as ratio from orders group by store_id

-- @ nested-aggregation
-- = most: +orders.amount
select max(total) as most from (select customer_id, sum(amount) as total from orders group by customer_id) t

-- @ nested-aggregation-group
-- = country: customers.country; avg: +orders.amount
select country, avg(total) as avg from (select c.country, c.id, sum(o.amount) as total from customers c join orders o on o.customer_id = c.id group by c.country, c.id) t group by country

-- @ group-by-unselected
-- = n:
select count(*) as n from orders group by status

-- @ group-by-join-key
-- = name: categories.name; sold: +items.qty
select c.name, sum(i.qty) as sold from categories c join products p on p.category_id = c.id join items i on i.product_id = p.id group by c.name

-- @ aggregate-over-union
-- = total: +orders.amount +payments.paid
select sum(v) as total from (select amount as v from orders union all select paid from payments) t

-- @ bool-aggregates
-- = store_id: orders.store_id; any: +orders.amount; all: +orders.status
select store_id, bool_or(amount > 150) as any, bool_and(status = 'paid') as all from orders group by store_id

-- @ histogram-mode
-- = m: +orders.status; n: +orders.store_id
select max(status || '!') as m, approx_count_distinct(store_id) as n from orders

-- @ distinct-aggregate-filter
-- = country: stores.country; n: +stores.city
select country, count(distinct city) filter (where target > 150) as n from stores group by country

-- @ struct-aggregate
-- = country: customers.country; lo: +customers.balance; hi: +customers.balance
select country, s.lo, s.hi from (select country, struct_pack(lo := min(balance), hi := max(balance)) as s from customers group by country) t
