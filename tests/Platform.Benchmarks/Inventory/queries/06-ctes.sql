-- @ cte
-- = id: orders.id; net: ~orders.amount ~orders.discount
with paid as (select id, amount - discount as net from orders where status = 'paid') select id, net from paid

-- @ cte-chain
-- = country: customers.country; total: +orders.amount
with a as (select customer_id, amount from orders where status = 'paid'), b as (select customer_id, sum(amount) as spent from a group by customer_id), d as (select c.country, b.spent from b join customers c on c.id = b.customer_id) select country, sum(spent) as total from d group by country

-- @ cte-twice
-- = id: orders.customer_id; first: +orders.amount; last: +orders.amount
with t as (select customer_id, min(amount) as lo, max(amount) as hi from orders group by customer_id) select a.customer_id as id, a.lo as first, b.hi as last from t a join t b on b.customer_id = a.customer_id

-- @ cte-shadows-table
-- = n: customers.name
with orders as (select name as n, id from customers where segment = 'vip') select n from orders

-- @ cte-column-list
-- = a: stores.city; b: stores.target
with t(a, b) as (select city, target from stores) select a, b from t

-- @ cte-materialized
-- = status: orders.status; n:
with t as materialized (select status, count(*) as n from orders group by status) select * from t where n > 2

-- @ cte-nested
-- = id: products.id
with a as (with b as (select id, cost from products where category_id = 3) select id from b where cost > 20) select id from a

-- @ cte-in-subquery
-- = id: orders.id
select id from orders where customer_id in (with v as (select id from customers where country = 'UK') select id from v)

-- @ recursive-tree
-- = id: employees.id; level:; name: employees.name
with recursive t as (select id, name, 1 as level from employees where boss_id is null union all select e.id, e.name, t.level + 1 from employees e join t on e.boss_id = t.id) select id, level, name from t

-- @ recursive-path
-- = name: ~categories.name
with recursive t(id, path) as (select id, name from categories where parent_id is null union all select c.id, t.path || '/' || c.name from categories c join t on c.parent_id = t.id) select path as name from t

-- @ recursive-sum
-- = total: +employees.salary
with recursive t(id, salary) as (select id, salary from employees where boss_id is null union all select e.id, e.salary from employees e join t on e.boss_id = t.id) select sum(salary) as total from t

-- @ recursive-distinct
-- = id: customers.id customers.referrer_id
with recursive t(id) as (select id from customers where country = 'UK' union select c.referrer_id from customers c join t on c.id = t.id where c.referrer_id is not null) select id from t

-- @ recursive-numbers-join
-- = n:; line: items.line
with recursive t(n) as (select 1 union all select n + 1 from t where n < 4) select t.n, i.line from t join items i on i.qty >= t.n

-- @ recursive-ancestors
-- = id: categories.id; root: categories.name
with recursive t(id, root, up) as (select id, name, parent_id from categories where parent_id is null union all select c.id, t.root, c.parent_id from categories c join t on c.parent_id = t.id) select id, root from t

-- @ cte-window-dedupe
-- = customer_id: orders.customer_id; amount: orders.amount
with r as (select *, row_number() over (partition by customer_id order by placed desc, id) as n from orders) select customer_id, amount from r where n = 1

-- @ cte-dedupe-then-join
-- = id: customers.id; amount: orders.amount
with r as (select customer_id, amount, row_number() over (partition by customer_id order by id) as n from orders) select c.id, r.amount from customers c left join (select * from r where n = 1) r on r.customer_id = c.id

-- @ cte-funnel
-- = segment: customers.segment; views: +events.customer_id; buys: +events.customer_id
with v as (select customer_id from events where kind = 'view'), b as (select distinct customer_id from events where kind = 'buy') select c.segment, count(v.customer_id) filter (where v.customer_id > 0) as views, count(b.customer_id) filter (where b.customer_id > 0) as buys from customers c left join v on v.customer_id = c.id left join b on b.customer_id = c.id group by c.segment

-- @ cte-report
-- = country: customers.country; month: ~orders.placed; revenue: +items.qty +items.price; share: +items.qty +items.price
with lines as (select o.id, c.country, date_trunc('month', o.placed) as month, i.qty * i.price as value from orders o join customers c on c.id = o.customer_id join items i on i.order_id = o.id where o.status <> 'void'), m as (select country, month, sum(value) as revenue from lines group by all) select country, month, revenue, revenue / sum(revenue) over (partition by month) as share from m

-- @ cte-gaps-and-islands
-- = customer_id: events.customer_id; start: +events.happened
with d as (select customer_id, happened, happened::date - (row_number() over (partition by customer_id order by happened, id))::int as grp from events) select customer_id, min(happened) as start from d group by customer_id, grp

-- @ cte-left-join-totals
-- = name: customers.name; spent: +orders.amount; clicks:
with s as (select customer_id, sum(amount) as spent from orders where status = 'paid' group by customer_id), k as (select customer_id, count(*) as clicks from events where kind = 'view' group by customer_id) select c.name, s.spent, coalesce(k.clicks, 0) as clicks from customers c left join s on s.customer_id = c.id left join k on k.customer_id = c.id
