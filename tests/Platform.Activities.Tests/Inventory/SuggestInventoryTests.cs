using System.Text.Json.Nodes;
using Platform.Activities.Inventory;
using Platform.Activities.Tests.Control;
using Platform.Catalog.Glossary;
using Platform.Catalog.Inventory;
using Platform.Catalog.LanguageModel;
using Platform.Catalog.Review;
using Platform.Testing;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Inventory;

/// <summary>What a language model, a peer on the loopback, says of a folder's files.</summary>
public sealed class SuggestInventoryTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IConnections, IAsyncLifetime
{
    private readonly Peer _peer = new();

    public async Task InitializeAsync()
    {
        await postgres.MigrateAsync(typeof(InventoryCommands).Assembly);
        Write("shop/orders.csv", "no,customer_email,state\n1,a@example.com,paid\n2,b@example.com,new\n3,c@example.com,paid\n");
    }

    Task IAsyncLifetime.DisposeAsync() => Task.CompletedTask;

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(InventoryCommands) ? new InventoryCommands(postgres.DataSource)
        : serviceType == typeof(InventoryQueries) ? new InventoryQueries(postgres.DataSource)
        : serviceType == typeof(ModelAnswerStore) ? new ModelAnswerStore(postgres.DataSource)
        : serviceType == typeof(SuggestionCommands) ? new SuggestionCommands(postgres.DataSource)
        : serviceType == typeof(GlossaryQueries) ? new GlossaryQueries(postgres.DataSource)
        : serviceType == typeof(IConnections) ? this
        : base.GetService(serviceType);

    ValueTask<ConnectionInfo> IConnections.GetAsync(string name, CancellationToken cancellationToken) =>
        name == "llm" ? new(new ConnectionInfo("llm", "language-model", new Dictionary<string, string> { ["url"] = _peer.Address + "v1", ["model"] = "m" })) : throw new ConnectionNotFoundException(name);

    protected override void Dispose(bool disposing)
    {
        _peer.Dispose();
        base.Dispose(disposing);
    }

    private async Task<SuggestInventoryOutputs> Night(int run)
    {
        var context = Runs.Context(run: run);
        await Run("inventory.scan", new JsonObject { ["sources"] = Path.Combine(Folder.Path, "shop"), ["tables"] = false }, context);
        await Run("inventory.profile", [], context);
        return (SuggestInventoryOutputs)(await Run("inventory.suggest", new JsonObject { ["connection"] = "llm", ["retry_delay"] = "1ms", ["retries"] = 1 }, context)).Outputs!;
    }

    [Fact]
    public async Task Answers_become_suggestions_to_review_once_and_the_same_asset_is_not_asked_about_again()
    {
        var answer = new JsonObject { ["description"] = "Orders of the shop.", ["tags"] = new JsonArray("orders"), ["columns"] = new JsonObject { ["state"] = new JsonObject { ["description"] = "Whether it is paid." }, ["made_up"] = new JsonObject() } };
        _peer.Answer(200, new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["content"] = answer.ToJsonString() } }) }.ToJsonString(), "application/json");

        var first = await Night(11);
        var second = await Night(12);

        Assert.Equal((1, 1, 3, 1, 1L), (first.Assets, first.Answered, first.Suggestions, first.MadeUp, first.Requests));
        Assert.Equal((1, 1, 0, 0L), (second.Answered, second.Cached, second.Suggestions, second.Requests));
        Assert.DoesNotContain("a@example.com", Assert.Single(_peer.Requests).Body, StringComparison.Ordinal);
        var suggestions = await new SuggestionQueries(postgres.DataSource).ListAsync(null, null, "proposed", 10, default);
        Assert.Equal(["description Orders of the shop.", "description Whether it is paid.", "tag orders"], suggestions.Select(s => $"{s.Kind} {s.Value}").Order());
        Assert.All(suggestions, s => Assert.Equal("llm", s.Source));
        Assert.Contains(Facts, fact => fact is AssetRead { Asset: "endpoint:language-model.llm" });
    }

    [Fact]
    public async Task A_service_that_is_away_or_refuses_leaves_the_assets_open_and_the_run_whole()
    {
        var nothing = await Fails("inventory.suggest", new JsonObject { ["connection"] = "llm" }, Runs.Context(run: 99));
        Assert.Contains("inventory.scan and inventory.profile", nothing.Message, StringComparison.Ordinal);

        // Other columns than in the other test: answers are kept by content, and the database is theirs together.
        Write("shop/orders.csv", "nr,wert\n1,x\n2,y\n");
        Write("shop/more.csv", "a,b\n1,x\n2,y\n");
        _peer.Answer(500, "broken");
        _peer.Answer(500, "broken");
        var away = await Night(13);
        // Only the first asset is asked about: the others would wait as long.
        Assert.Equal((2, 0, 2, 2L, 2), (away.Assets, away.Answered, away.Open, away.Requests, _peer.Requests.Count));
        Assert.Contains("failed 2 times: it answered 500", away.Unavailable, StringComparison.Ordinal);

        _peer.Answer(401, "no");
        var refused = await Night(14);
        Assert.Equal((0, 2), (refused.Answered, refused.Open));
        Assert.Contains("./platform connections set llm language-model url=… model=m token=-", refused.Unavailable, StringComparison.Ordinal);

        _peer.Answer(200, """{"choices": [{"message": {"content": "{\"description\": \"Something.\"}"}}]}""", "application/json");
        _peer.Answer(500, "broken");
        _peer.Answer(500, "broken");
        var half = await Night(15);
        Assert.Equal((1, 1, 1), (half.Answered, half.Open, half.Suggestions));
    }
}
