using Platform.Postgres;
using Platform.Server.Security;
using Platform.Testing;

namespace Platform.Server.Tests.Security;

public sealed class UserStoreTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private UserStore _users = null!;
    private TokenStore _tokens = null!;

    public async Task InitializeAsync()
    {
        await postgres.MigrateAsync(typeof(Database).Assembly, typeof(UserStore).Assembly);
        _users = new UserStore(postgres.DataSource);
        _tokens = new TokenStore(postgres.DataSource);
        await using var connection = await postgres.DataSource.OpenConnectionAsync();
        await using var clear = connection.CreateCommand();
        clear.CommandText = "delete from platform_user";
        await clear.ExecuteNonQueryAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Only_the_first_start_creates_an_administrator()
    {
        var password = await _users.CreateFirstAdministratorAsync("admin", default);
        Assert.NotNull(password);
        Assert.Null(await _users.CreateFirstAdministratorAsync("admin", default));
        var result = await _users.SignInAsync("admin", password, default);
        Assert.Equal(Roles.Administrator, result.User?.Role);
    }

    [Fact]
    public async Task Nodes_that_start_together_create_one_administrator()
    {
        var passwords = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _users.CreateFirstAdministratorAsync("admin", default)));
        Assert.Single(passwords, p => p is not null);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_name_even_for_the_right_one()
    {
        await _users.AddAsync("mei", Roles.Viewer, "a-good-password", default);
        for (var i = 0; i < 5; i++)
            Assert.Equal(SignInOutcome.Wrong, (await _users.SignInAsync("mei", "wrong", default)).Outcome);
        Assert.Equal(SignInOutcome.Locked, (await _users.SignInAsync("mei", "a-good-password", default)).Outcome);
    }

    [Fact]
    public async Task A_new_password_ends_the_sessions_of_the_old_one()
    {
        await _users.AddAsync("li", Roles.Editor, "a-good-password", default);
        var user = (await _users.SignInAsync("li", "a-good-password", default)).User!;
        Assert.NotNull(await _users.StillValidAsync("li", user.SecurityStamp, default));
        await _users.SetPasswordAsync("li", "another-password", default);
        Assert.Null(await _users.StillValidAsync("li", user.SecurityStamp, default));
        Assert.Equal(SignInOutcome.Wrong, (await _users.SignInAsync("li", "a-good-password", default)).Outcome);
    }

    [Theory]
    [InlineData("Ann Lee")]
    [InlineData("")]
    [InlineData("名字")]
    public async Task A_bad_user_name_is_refused_with_what_is_allowed(string name)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => _users.AddAsync(name, Roles.Viewer, "a-good-password", default));
        Assert.Contains("lower-case letters", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_password_and_an_unknown_role_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _users.AddAsync("ann", Roles.Viewer, "short", default));
        await Assert.ThrowsAsync<ArgumentException>(() => _users.AddAsync("ann", "owner", "a-good-password", default));
        Assert.Empty(await _users.ListAsync(default));
    }

    [Fact]
    public async Task The_last_administrator_cannot_be_deleted()
    {
        await _users.AddAsync("root1", Roles.Administrator, "a-good-password", default);
        await Assert.ThrowsAsync<ArgumentException>(() => _users.DeleteAsync("root1", default));
        await _users.AddAsync("root2", Roles.Administrator, "a-good-password", default);
        Assert.True(await _users.DeleteAsync("root1", default));
    }

    [Fact]
    public async Task A_token_stands_for_its_user_until_it_ends()
    {
        await _users.AddAsync("bot", Roles.Editor, "a-good-password", default);
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
