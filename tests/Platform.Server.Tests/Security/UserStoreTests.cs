using Dapper;
using Platform.Designer.SignIn;
using Platform.Postgres;
using Platform.Server.Security;
using Platform.Testing;

namespace Platform.Server.Tests.Security;

public sealed class UserStoreTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Home = "10.0.0.1";
    private const string Elsewhere = "10.0.0.2";
    private UserStore _users = null!;
    private TokenStore _tokens = null!;
    private SignInGuard _guard = null!;
    private SessionStore _sessions = null!;

    public async Task InitializeAsync()
    {
        await postgres.MigrateAsync(typeof(Database).Assembly, typeof(UserStore).Assembly);
        _guard = new SignInGuard(postgres.DataSource);
        _users = new UserStore(postgres.DataSource, _guard);
        _sessions = new SessionStore(postgres.DataSource);
        _tokens = new TokenStore(postgres.DataSource);
        await using var connection = await postgres.DataSource.OpenConnectionAsync();
        await using var clear = connection.CreateCommand();
        clear.CommandText = "delete from platform_user; delete from sign_in_failure";
        await clear.ExecuteNonQueryAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Only_the_first_start_creates_an_administrator()
    {
        var password = await _users.CreateFirstAdministratorAsync("admin", default);
        Assert.NotNull(password);
        Assert.Null(await _users.CreateFirstAdministratorAsync("admin", default));
        var result = await _users.SignInAsync("admin", password, Home, default);
        Assert.Equal(Permissions.Administrator, result.User?.Role);
    }

    [Fact]
    public async Task Nodes_that_start_together_create_one_administrator()
    {
        var passwords = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _users.CreateFirstAdministratorAsync("admin", default)));
        Assert.Single(passwords, p => p is not null);
    }

    [Fact]
    public async Task Five_wrong_passwords_make_the_next_try_wait_and_longer_each_time()
    {
        await _users.AddAsync("mei", Permissions.Viewer, "a-good-password", default);
        for (var i = 0; i < 5; i++)
            Assert.Equal(SignInOutcome.Wrong, (await _users.SignInAsync("mei", "wrong", Home, default)).Outcome);
        var locked = await _users.SignInAsync("mei", "a-good-password", Home, default);
        Assert.Equal(SignInOutcome.Locked, locked.Outcome);
        Assert.InRange(locked.Wait!.Value.TotalSeconds, 1, 60);

        await PassAsync();
        Assert.Equal(SignInOutcome.Wrong, (await _users.SignInAsync("mei", "wrong", Home, default)).Outcome);
        Assert.InRange((await _users.SignInAsync("mei", "a-good-password", Home, default)).Wait!.Value.TotalSeconds, 61, 120);
        for (var i = 0; i < 12; i++)
        {
            await PassAsync();
            await _users.SignInAsync("mei", "wrong", Home, default);
        }
        Assert.InRange((await _users.SignInAsync("mei", "wrong", Home, default)).Wait!.Value.TotalMinutes, 14, 15.1);

        await PassAsync();
        Assert.Equal(SignInOutcome.SignedIn, (await _users.SignInAsync("mei", "a-good-password", Home, default)).Outcome);
        Assert.Equal(SignInOutcome.Wrong, (await _users.SignInAsync("mei", "wrong", Home, default)).Outcome);
        Assert.Equal(SignInOutcome.SignedIn, (await _users.SignInAsync("mei", "a-good-password", Home, default)).Outcome);
    }

    [Fact]
    public async Task An_attacker_from_many_addresses_waits_and_the_owner_comes_in_from_where_they_were_before()
    {
        await _users.AddAsync("mei", Permissions.Viewer, "a-good-password", default);
        Assert.Equal(SignInOutcome.SignedIn, (await _users.SignInAsync("mei", "a-good-password", Home, default)).Outcome);
        for (var i = 0; i < 20; i++)
            Assert.Equal(SignInOutcome.Wrong, (await _users.SignInAsync("mei", "wrong", $"10.1.0.{i}", default)).Outcome);

        Assert.Equal(SignInOutcome.Locked, (await _users.SignInAsync("mei", "a-good-password", Elsewhere, default)).Outcome);
        Assert.Equal(SignInOutcome.SignedIn, (await _users.SignInAsync("mei", "a-good-password", Home, default)).Outcome);
    }

    [Fact]
    public async Task An_address_that_tries_many_names_waits_for_all_of_them_and_names_that_nobody_has_do_not_differ()
    {
        await _users.AddAsync("mei", Permissions.Viewer, "a-good-password", default);
        for (var i = 0; i < 20; i++)
            Assert.Equal(SignInOutcome.Wrong, (await _users.SignInAsync($"name{i}", "wrong", Elsewhere, default)).Outcome);
        Assert.Equal(SignInOutcome.Locked, (await _users.SignInAsync("mei", "a-good-password", Elsewhere, default)).Outcome);
        Assert.Equal(SignInOutcome.Locked, (await _users.SignInAsync("nobody", "wrong", Elsewhere, default)).Outcome);
        Assert.Equal(SignInOutcome.SignedIn, (await _users.SignInAsync("mei", "a-good-password", Home, default)).Outcome);
    }

    [Fact]
    public async Task Many_tries_at_once_do_not_slip_through_together()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _users.SignInAsync("mei", "wrong", Home, default)));
        Assert.Equal(5, outcomes.Count(o => o.Outcome == SignInOutcome.Wrong));
    }

    [Fact]
    public async Task A_try_that_began_before_the_one_that_starts_a_wait_and_comes_after_it_waits_too()
    {
        for (var i = 0; i < 4; i++)
            Assert.Equal(SignInOutcome.Wrong, (await _users.SignInAsync("mei", "wrong", Home, default)).Outcome);

        await using var fifth = await postgres.DataSource.OpenConnectionAsync();
        await using var open = await fifth.BeginTransactionAsync();
        await fifth.ExecuteAsync("select from sign_in_failure for update");
        var early = _users.SignInAsync("mei", "wrong", Home, default);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (await fifth.ExecuteScalarAsync<long>("select count(*) from pg_locks where not granted and locktype = 'transactionid' and transactionid = pg_current_xact_id()::xid") == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        await fifth.ExecuteAsync("update sign_in_failure set failures = failures + 1, last_failure = clock_timestamp(), locked_until = case kind when 'pair' then clock_timestamp() + interval '1 minute' end");
        await open.CommitAsync();

        var result = await early;
        Assert.Equal(SignInOutcome.Locked, result.Outcome);
        Assert.InRange(result.Wait!.Value.TotalSeconds, 1, 61);
    }

    [Fact]
    public async Task An_administrator_lifts_a_wait_and_sees_it_before()
    {
        await _users.AddAsync("mei", Permissions.Viewer, "a-good-password", default);
        for (var i = 0; i < 6; i++)
            await _users.SignInAsync("mei", "wrong", Home, default);
        Assert.NotNull((await _users.ListAsync(default)).Single().LockedUntil);
        await _guard.LiftAsync("mei", default);
        Assert.Null((await _users.ListAsync(default)).Single().LockedUntil);
        Assert.Equal(SignInOutcome.SignedIn, (await _users.SignInAsync("mei", "a-good-password", Home, default)).Outcome);
    }

    [Theory]
    [InlineData("192.168.1.7", "192.168.1.7")]
    [InlineData("::ffff:192.168.1.7", "192.168.1.7")]
    [InlineData("::1", "127.0.0.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void A_subscriber_is_one_address(string from, string said) => Assert.Equal(said, SignInGuard.Address(System.Net.IPAddress.Parse(from)));

    [Fact]
    public async Task A_session_goes_on_until_it_is_ended_or_its_user_changes()
    {
        await _users.AddAsync("root1", Permissions.Administrator, "a-good-password", default);
        await _users.AddAsync("li", Permissions.Editor, "a-good-password", default);
        var user = (await _users.SignInAsync("li", "a-good-password", Home, default)).User!;
        var here = await _sessions.BeginAsync("li", Home, "Firefox", default);
        var there = await _sessions.BeginAsync("li", Elsewhere, "Chrome", default);
        Task<SignedInUser?> Goes(Guid session) => _sessions.UserAsync(session, "li", user.SecurityStamp, default);

        Assert.Equal(2, (await _sessions.ListAsync("li", default)).Count);
        Assert.Null(await _sessions.UserAsync(here, "root1", user.SecurityStamp, default));
        Assert.Equal(1, await _sessions.EndAsync("li", null, here, default));
        Assert.Null(await Goes(there));
        await _users.SetRoleAsync("li", Permissions.Viewer, default);
        Assert.Equal(Permissions.Viewer, (await Goes(here))?.Role);
        await _users.SetDisabledAsync("li", true, default);
        Assert.Null(await Goes(here));
        Assert.Equal(SignInOutcome.Wrong, (await _users.SignInAsync("li", "a-good-password", Home, default)).Outcome);
        await _users.SetDisabledAsync("li", false, default);
        Assert.Equal(SignInOutcome.SignedIn, (await _users.SignInAsync("li", "a-good-password", Home, default)).Outcome);
    }

    [Fact]
    public async Task A_new_password_ends_the_sessions_of_the_old_one()
    {
        await _users.AddAsync("li", Permissions.Editor, "a-good-password", default);
        var user = (await _users.SignInAsync("li", "a-good-password", Home, default)).User!;
        var session = await _sessions.BeginAsync("li", Home, "Firefox", default);
        Assert.NotNull(await _sessions.UserAsync(session, "li", user.SecurityStamp, default));
        await _users.SetPasswordAsync("li", "another-password", default);
        Assert.Null(await _sessions.UserAsync(session, "li", user.SecurityStamp, default));
        Assert.Empty(await _sessions.ListAsync("li", default));
        Assert.Equal(SignInOutcome.Wrong, (await _users.SignInAsync("li", "a-good-password", Home, default)).Outcome);
    }

    /// <summary>The waits so far are over.</summary>
    private async Task PassAsync()
    {
        await using var connection = await postgres.DataSource.OpenConnectionAsync();
        await using var pass = connection.CreateCommand();
        pass.CommandText = "update sign_in_failure set locked_until = now() - interval '1 second'";
        await pass.ExecuteNonQueryAsync();
    }

    [Theory]
    [InlineData("Ann Lee")]
    [InlineData("")]
    [InlineData("名字")]
    public async Task A_bad_user_name_is_refused_with_what_is_allowed(string name)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => _users.AddAsync(name, Permissions.Viewer, "a-good-password", default));
        Assert.Contains("lower-case letters", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_password_and_an_unknown_role_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _users.AddAsync("ann", Permissions.Viewer, "short", default));
        await Assert.ThrowsAsync<ArgumentException>(() => _users.AddAsync("ann", "owner", "a-good-password", default));
        Assert.Empty(await _users.ListAsync(default));
    }

    [Fact]
    public async Task The_last_administrator_cannot_be_deleted()
    {
        await _users.AddAsync("root1", Permissions.Administrator, "a-good-password", default);
        await Assert.ThrowsAsync<ArgumentException>(() => _users.DeleteAsync("root1", default));
        await _users.AddAsync("root2", Permissions.Administrator, "a-good-password", default);
        Assert.True(await _users.DeleteAsync("root1", default));
        await Assert.ThrowsAsync<ArgumentException>(() => _users.SetRoleAsync("root2", Permissions.Editor, default));
        await Assert.ThrowsAsync<ArgumentException>(() => _users.SetDisabledAsync("root2", true, default));
    }

    [Fact]
    public async Task A_token_stands_for_its_user_until_it_ends()
    {
        await _users.AddAsync("bot", Permissions.Editor, "a-good-password", default);
        var token = await _tokens.CreateAsync("bot", "tests", null, default);
        Assert.Equal("bot", (await _tokens.FindAsync(token, default))?.Name);
        Assert.Null(await _tokens.FindAsync(token + "0", default));
        Assert.Null(await _tokens.FindAsync("nonsense", default));

        var ended = await _tokens.CreateAsync("bot", "old", DateTimeOffset.UnixEpoch, default);
        Assert.Null(await _tokens.FindAsync(ended, default));

        var id = (await _tokens.ListAsync("bot", default)).Single(t => t.Label == "tests").Id;
        Assert.False(await _tokens.DeleteAsync(id, "somebody", default));
        Assert.True(await _tokens.DeleteAsync(id, "bot", default));
        Assert.Null(await _tokens.FindAsync(token, default));
        await Assert.ThrowsAsync<ArgumentException>(() => _tokens.CreateAsync("nobody", "x", null, default));
    }
}
