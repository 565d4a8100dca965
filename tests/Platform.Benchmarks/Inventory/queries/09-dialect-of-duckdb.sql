-- @ columns-star-exclude-expression
-- = id: ~stores.id; target: ~stores.target
select columns(* exclude (city, country, opened)) + 1 from stores

-- @ columns-regex-alias
-- = customer: orders.customer_id; store: orders.store_id
select columns('(.*)_id') as '\1' from orders where id < 20

-- @ star-exclude-replace-rename
-- = id: orders.id; customer_id: orders.customer_id; store_id: orders.store_id; status: ~orders.status; since: orders.placed; amount: ~orders.amount ~orders.discount
select * exclude (note, discount) replace (amount - coalesce(discount, 0) as amount, lower(status) as status) rename (placed as since) from orders

-- @ star-both-sides-using
-- = id: customers.id; name: customers.name; email: customers.email; country: customers.country; segment: customers.segment; city: stores.city; opened: stores.opened; target: stores.target
select c.* exclude (born, balance, referrer_id), s.* exclude (id, country) from customers c join stores s using (country)

-- @ star-like
-- = paid_at: payments.paid_at
select * like '%\_at' escape '\' from payments

-- @ positional-join-tables
-- = who: employees.name; paid: payments.paid
select e.name as who, p.paid from payments p positional join employees e

-- @ asof-left-join-more
-- = id: orders.id; rate: rates.rate
select o.id, r.rate from orders o asof left join (select day::timestamp as day, avg(rate) as rate from rates group by day) r on o.placed >= r.day

-- @ asof-join-keyed
-- = id: payments.id; amount: orders.amount
select p.id, o.amount from payments p asof join orders o on p.order_id = o.id and p.paid_at >= o.placed

-- @ recursive-boss-path
-- = id: employees.id; depth:; path: ~employees.name
with recursive chain(id, boss, depth, path) as (select id, boss_id, 0, name from employees where boss_id is null union all select e.id, e.boss_id, c.depth + 1, c.path || '/' || e.name from employees e join chain c on e.boss_id = c.id where c.depth < 6) select id, depth, path from chain

-- @ recursive-day-spine
-- = day: +orders.placed; n: +orders.id
with recursive d(day, k) as (select min(placed)::date, 0 from orders union all select day + 1, k + 1 from d where k < 20) select d.day, count(o.id) as n from d left join orders o on o.placed::date = d.day group by d.day

-- @ recursive-create
-- = id: categories.id; path: ~categories.name; level:
create table result as with recursive t as (select id, name, 1 as level from categories where parent_id is null union all select c.id, t.name || '>' || c.name, level + 1 from categories c join t on c.parent_id = t.id where level < 5) select id, name as path, level from t

-- @ pivot-in-from
-- = country: customers.country; vip: +customers.balance; fresh: +customers.balance
select country, vip, "new" as fresh from (pivot (select country, segment, balance from customers) on segment in ('vip', 'new') using sum(balance) group by country)

-- @ pivot-aggregates-named
-- = order_id: payments.order_id; card_m: +payments.paid; card_first: +payments.paid_at; cash_m: +payments.paid; cash_first: +payments.paid_at
pivot payments on method in ('card', 'cash') using max(paid) as m, min(paid_at) as first group by order_id

-- @ pivot-on-expression
-- = status: orders.status; 1: +orders.amount; 2: +orders.amount
pivot orders on month(placed) in (1, 2) using max(amount) group by status

-- @ unpivot-columns-star
-- = product_id: stock.product_id; what:; n: stock.store_id stock.qty
unpivot (select product_id, store_id, qty from stock) on columns(* exclude (product_id)) into name what value n

-- @ unpivot-include-nulls
-- = id: orders.id; k:; v: orders.discount orders.amount
from (select id, discount, amount from orders) unpivot include nulls (v for k in (discount as d, amount as a))

-- @ group-by-all-three-tables
-- = m: ~orders.placed; segment: customers.segment; revenue: +items.qty +items.price; n: +orders.id
select date_trunc('month', o.placed) as m, c.segment, sum(i.qty * i.price) as revenue, count(distinct o.id) as n from orders o join items i on i.order_id = o.id join customers c on c.id = o.customer_id group by all having count(*) > 1

-- @ qualify-over-aggregate
-- = store_id: orders.store_id; status: orders.status; t: +orders.amount
select store_id, status, sum(amount) as t from orders group by store_id, status qualify rank() over (partition by store_id order by sum(amount) desc) = 1

-- @ qualify-alias-and-window
-- = id: orders.id; d: +orders.amount
select id, amount - avg(amount) over (partition by customer_id) as d from orders window w as (partition by customer_id order by id) qualify d > 0 and lag(amount) over w is not null

-- @ lambda-reduce-capture
-- = id: products.id; w: ~products.tags ~products.cost
select id, list_reduce(list_transform(list_append(tags, 'x'), t -> len(t)), (a, b) -> a + b + cost::bigint) as w from products

-- @ lambda-index-condition
-- = id: products.id; odd: ~products.tags
select id, list_filter(tags, (t, i) -> i % 2 = 1 and t <> title) as odd from products

-- @ struct-update
-- = id: products.id; s: ~products.spec ~products.cost
select id, struct_update(spec, weight := spec.weight + cost) as s from products

-- @ struct-arg-max-field
-- = category_id: products.category_id; c: +products.spec
select category_id, arg_max(spec, cost).color as c from products group by category_id

-- @ struct-list-field
-- = customer_id: events.customer_id; pages: +events.props
select customer_id, list_transform(list(props order by id), p -> p.page) as pages from events group by customer_id

-- @ lateral-aggregate-correlated
-- = name: customers.name; total: +orders.amount
select c.name, l.total from customers c, lateral (select sum(o.amount) as total from orders o where o.customer_id = c.id and o.placed >= c.born) l

-- @ lateral-chain
-- = id: orders.id; net: ~orders.amount ~orders.discount; tax: ~orders.amount ~orders.discount
select o.id, b.net, d.tax from orders o, lateral (select o.amount - coalesce(o.discount, 0) as net) b, lateral (select b.net * 0.2 as tax) d

-- @ lateral-unnest-of-aggregate
-- = customer_id: orders.customer_id; st: +orders.status
select t.customer_id, s.st from (select customer_id, list(status order by id) as l from orders group by 1) t, lateral (select unnest(t.l) as st) s

-- @ unnest-two-lists
-- = id: events.id; url: ~events.urls; n:
select e.id, u.url, u.n from events e, lateral (select unnest(e.urls) as url, unnest(['a', 'b', 'c']) as n) u

-- @ unnest-string-split
-- = id: orders.id; w: ~orders.note
select o.id, t.w from orders o, unnest(string_split(o.note, 'a')) as t(w)

-- @ values-cross-join
-- = city: stores.city; k:; t: ~stores.target
select s.city, v.k, s.target * v.f as t from stores s, (values ('lo', 0.5), ('hi', 2.0)) v(k, f)

-- @ semi-and-anti-join
-- = id: customers.id
select c.id from customers c semi join orders o on o.customer_id = c.id anti join payments p on p.order_id = c.id

-- @ full-join-of-aggregates
-- = product_id: ~stock.product_id ~items.product_id; q: +stock.qty; p: +items.qty
select coalesce(s.product_id, i.product_id) as product_id, s.q, i.p from (select product_id, sum(qty) as q from stock group by 1) s full join (select product_id, sum(qty) as p from items group by 1) i on s.product_id = i.product_id

-- @ update-from-join -> stock
-- = qty: +items.qty; updated: +orders.placed
update stock set qty = s.q, updated = s.d from (select i.product_id, sum(i.qty)::int as q, max(o.placed)::date as d from items i join orders o on o.id = i.order_id group by i.product_id) s where s.product_id = stock.product_id and s.q > 1

-- @ merge-three-ways -> totals
-- = country: ~customers.country; total: +customers.balance ~totals.total; n:
merge into totals t using (select country, sum(balance) as b, count(*) as n from customers group by country) s on t.country = s.country when matched and s.n > 3 then update set total = s.b + t.total when matched then delete when not matched then insert (country, total, n) values (upper(s.country), s.b, s.n)

-- @ insert-values-left-join -> totals
-- = country:; total: +orders.amount
insert into totals (country, total) select v.c, coalesce(sum(o.amount), v.d) from (values ('UK', 1.0), ('FR', 2.0)) v(c, d) left join stores s on s.country = v.c left join orders o on o.store_id = s.id group by v.c, v.d

-- @ window-ignore-nulls-other
-- = id: orders.id; d: ~orders.discount
select id, last_value(discount ignore nulls) over (partition by customer_id order by placed, id rows between unbounded preceding and 1 preceding) as d from orders

-- @ window-exclude-current
-- = id: orders.id; s: +orders.amount
select id, sum(amount) over (order by id rows between 2 preceding and 2 following exclude current row) as s from orders

-- @ grouping-sets-coalesced
-- = country: ~customers.country; segment: ~customers.segment; b: +customers.balance; g:
select coalesce(country, 'all') as country, coalesce(segment, 'all') as segment, sum(balance) as b, grouping(country, segment) as g from customers group by grouping sets ((country), (segment), ())

-- @ list-filter-aggregate
-- = store_id: orders.store_id; l: +orders.status; h: +orders.status
select store_id, list(distinct status order by status) filter (where amount > 50) as l, histogram(status) as h from orders group by all

-- @ all-subquery
-- = id: orders.id; top: ~orders.amount
select id, amount >= all (select p.amount from orders p where p.status = o.status) as top from orders o

-- @ having-correlated
-- = country: customers.country
select c.country from customers c group by c.country having sum(c.balance) > (select avg(s.target) from stores s where s.country = c.country)

-- @ query-table
-- = id: orders.id; status: orders.status
select id, status from query_table('orders') where amount > 50

-- @ try-cast-filter
-- = id: orders.id; n: ~orders.note
select id, try_cast(note as integer) as n from orders where try_cast(note as integer) is not null
