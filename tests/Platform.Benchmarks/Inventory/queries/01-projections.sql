-- @ rename
-- = buyer: customers.name; home: customers.country
select name as buyer, country as home from customers

-- @ arithmetic
-- = id: orders.id; net: ~orders.amount ~orders.discount
select id, amount - coalesce(discount, 0) as net from orders

-- @ star
-- = id: categories.id; parent_id: categories.parent_id; name: categories.name
select * from categories

-- @ star-exclude
-- = id: employees.id; name: employees.name; salary: employees.salary
select * exclude (boss_id, store_id) from employees

-- @ star-replace
-- = id: employees.id; boss_id: employees.boss_id; store_id: employees.store_id; name: ~employees.name; salary: ~employees.salary ~employees.boss_id
select * replace (upper(name) as name, salary + coalesce(boss_id, 0) as salary) from employees

-- @ star-rename
-- = id: stores.id; town: stores.city; country: stores.country; opened: stores.opened; target: stores.target
select * rename (city as town) from stores

-- @ star-two-tables
-- = id: stores.id; city: stores.city; country: stores.country; opened: stores.opened; target: stores.target; salary: employees.salary
select s.*, e.salary from stores s join employees e on e.store_id = s.id

-- @ columns-regex
-- = amount: ~orders.amount; discount: ~orders.discount
select columns('amount|discount') * 2 from orders

-- @ columns-lambda
-- = customer_id: orders.customer_id; store_id: orders.store_id
select columns(c -> c like '%\_id' escape '\') from orders

-- @ columns-aggregate
-- = id: +stores.id; opened: +stores.opened
select max(columns(['id', 'opened'])) from stores

-- @ columns-exclude-min
-- = id: +categories.id; name: +categories.name
select min(columns(* exclude (parent_id))) from categories

-- @ cast-and-try-cast
-- = a: ~orders.amount; b: ~orders.note
select amount::varchar as a, try_cast(note as integer) as b from orders

-- @ case-when
-- = label: ~customers.name ~customers.email
select case when segment = 'vip' then name when country = 'UK' then email else 'other' end as label from customers

-- @ case-operand
-- = k: ~orders.note
select case status when 'paid' then note when 'open' then 'o' end as k from orders

-- @ case-nested
-- = z: ~orders.amount ~orders.discount
select case when status = 'paid' then case when store_id > 3 then amount else discount end else -1 end as z from orders

-- @ coalesce-chain
-- = c: ~customers.email ~customers.name ~customers.segment
select coalesce(email, name, segment) as c from customers

-- @ nullif
-- = n: ~orders.status
select nullif(status, note) as n from orders

-- @ greatest-least
-- = g: ~orders.amount ~orders.discount; l: ~orders.amount ~items.price
select greatest(o.amount, o.discount) as g, least(o.amount, i.price) as l from orders o join items i on i.order_id = o.id

-- @ boolean-output
-- = big: ~orders.amount ~orders.discount; same: ~orders.status
select amount > discount as big, status = 'paid' as same from orders

-- @ is-null-output
-- = missing: ~customers.email
select email is null as missing from customers

-- @ in-list-output
-- = hit: ~customers.country
select country in ('UK', 'FR') as hit from customers

-- @ between-output
-- = mid: ~orders.amount ~orders.discount
select amount between discount and 500 as mid from orders

-- @ concat-operators
-- = line: ~customers.name ~customers.country; fmt: ~customers.name ~customers.segment
select name || ' (' || country || ')' as line, format('{}-{}', name, segment) as fmt from customers

-- @ date-parts
-- = month: ~orders.placed; age: ~customers.born ~orders.placed
select date_trunc('month', o.placed) as month, date_diff('year', c.born, o.placed::date) as age from orders o join customers c on c.id = o.customer_id

-- @ string-functions
-- = a: ~customers.email; b: ~customers.name; c: ~customers.name ~customers.segment
select split_part(email, '@', 2) as a, regexp_replace(name, '[aeiou]', '*') as b, replace(name, segment, '') as c from customers

-- @ alias-reuse
-- = net: ~orders.amount ~orders.discount; tax: ~orders.amount ~orders.discount
select amount - discount as net, net * 0.2 as tax from orders

-- @ alias-in-where
-- = net: ~orders.amount ~orders.discount
select amount - discount as net from orders where net > 50

-- @ constants-only
-- = one:; id: products.id
select 1 as one, id from products where cost > 10

-- @ from-first
-- = id: products.id
from products select id where category_id = 2

-- @ quoted-names
-- = Order Nr: orders.id; Two Words: ~orders.status
select "id" as "Order Nr", upper("status") as "Two Words" from "orders"

-- @ expression-subquery-columns
-- = d: ~orders.amount
select d from (select amount * 2 as d, status from orders) t where status = 'paid'

-- @ column-alias-list
-- = x: stores.id; y: stores.city
select x, y from stores as t(x, y)

-- @ values-join
-- = label:; id: orders.id
select v.label, o.id from orders o join (values ('paid', 'yes'), ('open', 'no')) v(status, label) on v.status = o.status

-- @ distinct
-- = country: customers.country; segment: customers.segment
select distinct country, segment from customers

-- @ distinct-on
-- = customer_id: orders.customer_id; amount: orders.amount
select distinct on (customer_id) customer_id, amount from orders order by customer_id, amount desc nulls last, id

-- @ limit-ordered ordered
-- = id: orders.id; amount: orders.amount
select id, amount from orders order by placed desc nulls last, id limit 7

-- @ limit-offset ordered
-- = name: customers.name
select name from customers order by balance nulls first, id limit 5 offset 3

-- @ order-by-alias ordered
-- = v: ~orders.amount; status: orders.status
select amount * -1 as v, status from orders order by v, id

-- @ bitwise-and-power
-- = b: ~items.qty ~items.line; p: ~items.price ~items.qty
select qty & line as b, price ** qty as p from items
