using System.Net;
using System.Net.Sockets;
using Dapper;
using Npgsql;

namespace Platform.Server.Security;

/// <summary>
/// Makes guessing passwords slow and keeps nobody out for ever. Three counts of wrong passwords, each of which makes the next try wait, longer each time:
/// of a name from one address (from the 5th on), of a name from everywhere and from one address for all names (from the 20th on).
/// A wait is 15 minutes at most. The latter two do not concern a name from an address from which it was signed in before: an attacker elsewhere cannot lock the owner out.
/// </summary>
internal sealed class SignInGuard(NpgsqlDataSource dataSource)
{
    private const int PairLimit = 5;
    private const int WideLimit = 20;

    /// <summary>Counts a try before its password is looked at, so that many at once do not slip through together.</summary>
    /// <returns>How long to wait, or null where the password may be looked at.</returns>
    public async Task<TimeSpan?> TryAsync(string name, string address, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var parameters = new { name, address, pair = Pair(name, address), PairLimit, WideLimit };
        await connection.ExecuteAsync(new CommandDefinition("delete from sign_in_failure where last_failure < now() - interval '1 day'", cancellationToken: cancellationToken));
        // A failure more than an hour after the last one begins a new count. The rows are locked in one order, so that tries at once wait for each other instead of deadlocking.
        // A row that waits is left as it is and not returned: what was not counted is told from what was by the statement itself,
        // since tries at once begin at times that say nothing about the order in which they come to the row.
        var waiting = (await connection.QueryAsync<(string Kind, string Subject)>(new CommandDefinition("""
            with asked as (
                select 'pair' as kind, @pair as subject
                union all
                select w.kind, w.subject from (values ('account', @name), ('address', @address)) w(kind, subject)
                where not exists (select from known_address k where k.user_name = @name and k.address = @address and k.last_sign_in > now() - interval '90 days')
            ), counted as (
                insert into sign_in_failure as f (kind, subject, failures, last_failure)
                select kind, subject, 1, now() from asked order by kind, subject
                on conflict (kind, subject) do update set
                    failures = case when f.last_failure < now() - interval '1 hour' then 1 else f.failures + 1 end,
                    last_failure = now(),
                    locked_until = case when f.last_failure >= now() - interval '1 hour' and f.failures + 1 >= (case when f.kind = 'pair' then @PairLimit else @WideLimit end)
                                        then now() + least(15, power(2, least(10, f.failures + 1 - (case when f.kind = 'pair' then @PairLimit else @WideLimit end)))) * interval '1 minute' end
                where f.locked_until is null or f.locked_until <= now()
                returning f.kind, f.subject
            )
            select kind, subject from asked except select kind, subject from counted
            """, parameters, cancellationToken: cancellationToken))).AsList();
        if (waiting.Count == 0)
            return null;
        // Anew, since the statement above does not see what tries at once have written.
        var seconds = await connection.ExecuteScalarAsync<double?>(new CommandDefinition("""
            select extract(epoch from max(f.locked_until) - now())::float8 from sign_in_failure f join unnest(@kinds, @subjects) w(kind, subject) using (kind, subject)
            """, new { kinds = waiting.ConvertAll(w => w.Kind), subjects = waiting.ConvertAll(w => w.Subject) }, cancellationToken: cancellationToken));
        return TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(seconds ?? 1)));
    }

    /// <summary>The password was right: its name waits no more from here.</summary>
    public async Task PassedAsync(string name, string address, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("""
            with forgiven as (
                delete from sign_in_failure where (kind = 'pair' and subject = @pair) or (kind = 'account' and subject = @name)
            ), taken_back as (
                update sign_in_failure set failures = greatest(0, failures - 1), locked_until = case when failures > @WideLimit then locked_until end where kind = 'address' and subject = @address
            )
            insert into known_address (user_name, address) values (@name, @address) on conflict (user_name, address) do update set last_sign_in = now()
            """, new { name, address, pair = Pair(name, address), WideLimit }, cancellationToken: cancellationToken));
    }

    /// <summary>Lets a name try again at once, from everywhere.</summary>
    public async Task LiftAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("""
            with addresses as (
                delete from sign_in_failure where (kind = 'account' and subject = @name) or (kind = 'pair' and starts_with(subject, @name || ' ')) returning kind, subject
            )
            delete from sign_in_failure f using addresses a where a.kind = 'pair' and f.kind = 'address' and f.subject = substr(a.subject, length(@name) + 2)
            """, new { name }, cancellationToken: cancellationToken));
    }

    /// <summary>Where a request comes from: the address, of IPv6 the network of 64 bits that one subscriber has.</summary>
    public static string Address(IPAddress? from)
    {
        if (from is null)
            return "unknown";
        if (from.IsIPv4MappedToIPv6)
            from = from.MapToIPv4();
        if (from.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(from))
            return IPAddress.IsLoopback(from) ? "127.0.0.1" : from.ToString();
        var bytes = from.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }

    private static string Pair(string name, string address) => $"{name} {address}";
}
