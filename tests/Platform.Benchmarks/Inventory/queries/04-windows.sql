-- @ row-number
-- = id: orders.id; n:
select id, row_number() over (partition by customer_id order by placed, id) as n from orders

-- @ running-sum
-- = id: orders.id; run: +orders.amount
select id, sum(amount) over (partition by store_id order by placed, id rows unbounded preceding) as run from orders

-- @ lag-lead
-- = id: orders.id; before: ~orders.amount; after: ~orders.status
select id, lag(amount) over (partition by customer_id order by placed, id) as before, lead(status, 1, 'none') over (order by placed, id) as after from orders

-- @ first-last-value
-- = a: ~orders.amount; z: ~orders.note
select first_value(amount) over (partition by status order by placed, id) as a, last_value(note) over (partition by status order by id rows between unbounded preceding and unbounded following) as z from orders

-- @ rank-dense
-- = name: employees.name; r:; d:
select name, rank() over (order by salary desc) as r, dense_rank() over (partition by store_id order by salary) as d from employees

-- @ ntile-percent
-- = id: customers.id; q:; p:
select id, ntile(3) over (order by balance, id) as q, percent_rank() over (order by born) as p from customers

-- @ window-named
-- = id: orders.id; a: +orders.amount; b: +orders.discount
select id, avg(amount) over w as a, max(discount) over w as b from orders window w as (partition by store_id order by id)

-- @ window-over-aggregate
-- = status: orders.status; share: +orders.amount
select status, sum(amount) / sum(sum(amount)) over () as share from orders group by status

-- @ window-rank-of-aggregate
-- = customer_id: orders.customer_id; place:
select customer_id, rank() over (order by sum(amount) desc) as place from orders group by customer_id

-- @ qualify
-- = id: orders.id; amount: orders.amount
select id, amount from orders qualify row_number() over (partition by customer_id order by placed desc, id) = 1

-- @ qualify-alias
-- = id: orders.id; r:
select id, rank() over (partition by store_id order by amount) as r from orders qualify r <= 2

-- @ window-filter
-- = id: orders.id; s: +orders.amount
select id, sum(amount) filter (where status = 'paid') over (partition by store_id) as s from orders

-- @ window-range-frame
-- = id: orders.id; s: +orders.amount
select id, sum(amount) over (order by placed range between interval 5 days preceding and current row) as s from orders

-- @ window-in-subquery
-- = customer_id: orders.customer_id; total: +orders.amount
select customer_id, sum(amount) as total from (select customer_id, amount, row_number() over (partition by customer_id order by placed, id) as n from orders) t where n <= 2 group by customer_id

-- @ window-in-case
-- = flag:
select case when amount > avg(amount) over (partition by store_id) then 'high' else 'low' end as flag from orders

-- @ window-difference
-- = id: payments.id; gap: ~payments.paid_at
select id, paid_at - lag(paid_at) over (partition by order_id order by paid_at, id) as gap from payments

-- @ window-string-agg
-- = id: employees.id; names: +employees.name
select id, string_agg(name, '/') over (partition by store_id order by id rows unbounded preceding) as names from employees

-- @ window-nth-value
-- = id: orders.id; second: ~orders.amount
select id, nth_value(amount, 2) over (partition by customer_id order by placed, id rows between unbounded preceding and unbounded following) as second from orders

-- @ window-sessions
-- = customer_id: events.customer_id; session:
select customer_id, sum(case when gap is null or gap > interval 2 days then 1 else 0 end) over (partition by customer_id order by happened, id) as session from (select id, customer_id, happened, happened - lag(happened) over (partition by customer_id order by happened, id) as gap from events) t

-- @ window-ignore-nulls
-- = id: orders.id; filled: ~orders.note
select id, last_value(note ignore nulls) over (order by placed, id) as filled from orders

-- @ window-count-over
-- = id: items.line; n:
select line as id, count(*) over (partition by order_id) as n from items

-- @ window-of-join
-- = name: customers.name; first: ~orders.amount
select c.name, first_value(o.amount) over (partition by c.id order by o.placed, o.id) as first from customers c join orders o on o.customer_id = c.id
