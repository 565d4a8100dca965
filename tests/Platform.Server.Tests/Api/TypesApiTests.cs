namespace Platform.Server.Tests.Api;

/// <summary>The list of semantic types over HTTP.</summary>
public sealed class TypesApiTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task The_types_that_columns_can_have_are_listed_in_both_languages_and_flips_by_run()
    {
        var types = (await api.GetAsync("/api/v1/semantic-types")).AsArray();
        Assert.True(types.Count > 60);
        var email = types.Single(type => (string?)type!["name"] == "email")!;
        Assert.Equal(("E-mail", "电子邮箱", "contact", "user"), ((string?)email["title"], (string?)email["title_zh"], (string?)email["personal_class"], (string?)email["domain"]));
        Assert.Contains("no inventory run 99999", await api.RefusedAsync(HttpMethod.Get, "/api/v1/inventory-runs/99999/flips", 404), StringComparison.Ordinal);
    }
}
