using Dapper;
using Platform.Postgres.Secrets;
using Platform.Testing;
using Platform.Workflows;

namespace Platform.Postgres.Tests;

public sealed class SecretTests : IAsyncLifetime
{
    private const string Value = "p4ssw0rd-of-the-shop-密码";
    private readonly TempFolder _home = new();
    private PostgresFixture _postgres = null!;

    private SecretStore Secrets => new(_postgres.DataSource, SecretKey.Open(_home.Path, null));

    public async Task InitializeAsync()
    {
        _postgres = await PostgresFixture.CreateAsync();
        await _postgres.MigrateAsync();
    }

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task A_secret_comes_back_as_it_was_set_and_changes_when_it_is_set_again()
    {
        await Secrets.SetAsync("shop", Value, CancellationToken.None);
        Assert.Equal(Value, await Secrets.GetAsync("shop", CancellationToken.None));

        await Secrets.SetAsync("shop", "new", CancellationToken.None);
        Assert.Equal("new", await Secrets.GetAsync("shop", CancellationToken.None));
        Assert.Equal(["shop"], (await Secrets.ListAsync(CancellationToken.None)).Select(s => s.Name));

        Assert.True(await Secrets.DeleteAsync("shop", CancellationToken.None));
        Assert.False(await Secrets.DeleteAsync("shop", CancellationToken.None));
        var missing = await Assert.ThrowsAsync<SecretNotFoundException>(async () => await Secrets.GetAsync("shop", CancellationToken.None));
        Assert.Contains("platform secrets set shop", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_holds_no_value_in_clear()
    {
        await Secrets.SetAsync("shop", Value, CancellationToken.None);
        await new ConnectionStore(_postgres.DataSource, SecretKey.Open(_home.Path, null)).SetAsync("wh", "http", Fields(("url", "http://localhost"), ("token", Value)), CancellationToken.None);

        await using var connection = await _postgres.DataSource.OpenConnectionAsync();
        var rows = await connection.QueryAsync<string>("select encode(value, 'escape') || row_to_json(s)::text from secrets s union all select encode(secret, 'escape') || row_to_json(c)::text from connections c");
        Assert.All(rows, r => Assert.DoesNotContain("p4ssw0rd", r, StringComparison.Ordinal));
        Assert.Equal(2, rows.Count());
    }

    [Fact]
    public async Task A_value_moved_to_another_name_is_refused()
    {
        await Secrets.SetAsync("mine", Value, CancellationToken.None);
        await Secrets.SetAsync("yours", "other", CancellationToken.None);
        await using var connection = await _postgres.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync("update secrets set value = (select value from secrets where name = 'mine') where name = 'yours'");

        var refused = await Assert.ThrowsAsync<DatabaseException>(async () => await Secrets.GetAsync("yours", CancellationToken.None));
        Assert.Contains("is damaged", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_file_is_told_from_damage()
    {
        await Secrets.SetAsync("shop", Value, CancellationToken.None);
        using var other = new TempFolder();
        var elsewhere = new SecretStore(_postgres.DataSource, SecretKey.Open(other.Path, null));

        var refused = await Assert.ThrowsAsync<DatabaseException>(async () => await elsewhere.GetAsync("shop", CancellationToken.None));
        Assert.Contains("--key-file", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "value")]
    [InlineData("../etc", "value")]
    [InlineData("two words", "value")]
    [InlineData("name", "")]
    public async Task A_wrong_name_or_an_empty_value_is_refused(string name, string value) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Secrets.SetAsync(name, value, CancellationToken.None));

    [Fact]
    public void The_key_file_is_for_its_owner_only_and_all_who_start_at_once_get_the_same()
    {
        using var home = new TempFolder();
        var keys = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ => SecretKey.Open(home.Path, null).Id).ToList();

        Assert.Single(keys.Distinct());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(home.File("secret.key")));
        Assert.Equal(["secret.key"], Directory.EnumerateFiles(home.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_key_file_may_be_text_and_must_exist_and_be_whole_when_it_is_named()
    {
        var text = _home.Write("hex.key", Convert.ToHexString(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()) + "\n");
        Assert.Equal(12, SecretKey.Open(_home.Path, text).Id.Length);

        var missing = Assert.Throws<DatabaseException>(() => SecretKey.Open(_home.Path, _home.File("nothing.key")));
        Assert.Contains("does not exist", missing.Message, StringComparison.Ordinal);
        var shorter = Assert.Throws<DatabaseException>(() => SecretKey.Open(_home.Path, _home.Write("short.key", "abc")));
        Assert.Contains("holds 3 bytes", shorter.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) => fields.ToDictionary(f => f.Name, f => f.Value);
}
