using System.Net;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

[Collection(PlatformCollection.Name)]
public sealed class SignInTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/runs")]
    [InlineData("/settings")]
    public async Task A_page_leads_a_visitor_to_the_sign_in_and_back(string path)
    {
        await using var visitor = await platform.VisitAsync();
        await visitor.Page.GotoAsync(path);
        await Assertions.Expect(visitor.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/signin"));
        await visitor.Page.Locator("#name").FillAsync("admin");
        await visitor.Page.Locator("#password").FillAsync(platform.Password);
        await visitor.Page.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visitor.Page).ToHaveURLAsync(platform.Url + path);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_lets_nobody_in()
    {
        await using var visitor = await platform.VisitAsync();
        await visitor.Page.GotoAsync("/signin");
        await visitor.Page.Locator("#name").FillAsync("nobody");
        await visitor.Page.Locator("#password").FillAsync("wrong");
        await visitor.Page.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("wrong");
    }

    [Fact]
    public async Task The_language_is_chosen_in_the_header_and_stays()
    {
        await using var reader = await platform.ReadAsync();
        await reader.OpenAsync("/runs");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "中文" }).ClickAsync();
        await Assertions.Expect(reader.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("运行");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "工作流" }).First.ClickAsync();
        await Assertions.Expect(reader.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("工作流");
    }

    [Fact]
    public async Task The_circuit_and_the_pages_answer_only_to_a_session()
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var circuit = await http.PostAsync(new Uri(platform.Url + "/_blazor/negotiate?negotiateVersion=1"), null);
        Assert.Contains(circuit.StatusCode, new[] { HttpStatusCode.Redirect, HttpStatusCode.Unauthorized });
    }
}
