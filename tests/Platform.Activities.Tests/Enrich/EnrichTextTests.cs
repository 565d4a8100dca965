using System.Text.Json.Nodes;
using Platform.Activities.Enrich;
using Platform.Activities.Tests.Control;
using Platform.Catalog.LanguageModel;
using Platform.Tables;
using Platform.Testing;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Enrich;

/// <summary>Rows of a table put to a language model, which is a peer on the loopback.</summary>
public sealed class EnrichTextTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IConnections, IAsyncLifetime
{
    private readonly Peer _peer = new();

    // Answers are kept by content for all tests of the class: each test has a model of its own.
    private readonly string _model = $"model-{Guid.NewGuid():N}";

    public async Task InitializeAsync()
    {
        await postgres.MigrateAsync(typeof(ModelAnswerStore).Assembly);
        using var session = Tables.OpenSession();
        session.Write(new TableWrite
        {
            Table = TableName.Parse("raw.reviews"),
            SelectSql = """
                select * from (values (1, 'Too small, call me at 13812345678'), (2, 'fast delivery'), (3, 'fast delivery'), (4, null), (5, '  '), (6, 'broken after a day')) r(id, review)
                """,
        }, default);
    }

    Task IAsyncLifetime.DisposeAsync() => Task.CompletedTask;

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(IConnections) ? this : serviceType == typeof(ModelAnswerStore) ? new ModelAnswerStore(postgres.DataSource) : base.GetService(serviceType);

    ValueTask<ConnectionInfo> IConnections.GetAsync(string name, CancellationToken cancellationToken) => name switch
    {
        "llm" => new(new ConnectionInfo("llm", "language-model", new Dictionary<string, string> { ["url"] = _peer.Address + "v1/", ["model"] = _model, ["token"] = "secret-token" })),
        "mail" => new(new ConnectionInfo("mail", "smtp", new Dictionary<string, string>())),
        _ => throw new ConnectionNotFoundException(name),
    };

    protected override void Dispose(bool disposing)
    {
        _peer.Dispose();
        base.Dispose(disposing);
    }

    private static JsonObject With(string more = "{}")
    {
        var with = JsonNode.Parse("""
            {"connection": "llm", "from": "raw.reviews", "table": "feature.topics", "text": ["review"], "instruction": "Say what it is about.", "parallel": 1, "retry_delay": "1ms",
             "outputs": [{"name": "topic", "type": "choice", "choices": ["size", "delivery", "other"]}, {"name": "sentiment", "type": "number"}]}
            """)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(more)!.AsObject())
            with[name] = value?.DeepClone();
        return with;
    }

    private void Says(string content, int prompt = 100, int completion = 20) => _peer.Answer(200, new JsonObject
    {
        ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content } }),
        ["usage"] = new JsonObject { ["prompt_tokens"] = prompt, ["completion_tokens"] = completion },
    }.ToJsonString(), "application/json");

    // Texts in the order in which they are put: "Too small…", "broken…", "fast…".
    private const string Good = """{"rows": [{"id": 0, "topic": "SIZE", "sentiment": -0.5}, {"id": 1, "topic": "other", "sentiment": "-1"}, {"id": 2, "topic": "delivery", "sentiment": null}]}""";

    [Fact]
    public async Task Each_text_is_asked_once_masked_and_its_answer_fills_every_row_that_has_it()
    {
        Says("Here it is:\n```json\n" + Good + "\n```");

        var outputs = (EnrichTextOutputs)(await Run("enrich.text", With("""{"limits": {"price_in": 1, "price_out": 2}}"""))).Outputs!;

        Assert.Equal((3, 3, 0, 0, 6L), (outputs.Texts, outputs.Answered, outputs.Rejected, outputs.Open, outputs.Rows));
        Assert.Equal((1L, 100L, 20L, 0.00014), (outputs.Requests, outputs.PromptTokens, outputs.CompletionTokens, Math.Round(outputs.Cost!.Value, 6)));
        Assert.Equal(["1|size|-0.5", "2|delivery|∅", "3|delivery|∅", "4|∅|∅", "5|∅|∅", "6|other|-1"], Rows("select id, topic, sentiment from feature.topics order by id"));
        var request = Assert.Single(_peer.Requests);
        Assert.Equal(("POST", "/v1/chat/completions", "Bearer secret-token"), (request.Method, request.Path, request.Headers["Authorization"]));
        Assert.DoesNotContain("13812345678", request.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", Runs.Log, StringComparison.Ordinal);
        Assert.Contains(Facts, fact => fact is AssetRead { Asset: "endpoint:language-model.llm" });
        Assert.Contains(Facts, fact => fact is ColumnsDerived derived && derived.Edges.Contains(new ColumnEdge("raw.reviews", "review", "topic", ColumnEdgeKind.Transformation)));
    }

    [Fact]
    public async Task What_was_answered_is_not_asked_again_and_a_new_text_is()
    {
        Says(Good);
        await Run("enrich.text", With());
        using (var session = Tables.OpenSession())
            session.Write(new TableWrite { Table = TableName.Parse("raw.reviews"), SelectSql = "select 7 as id, 'late' as review" }, default);
        Says("""{"rows": [{"id": 0, "topic": "delivery", "sentiment": -1}]}""");

        var outputs = (EnrichTextOutputs)(await Run("enrich.text", With(), Runs.Context(run: 2))).Outputs!;

        Assert.Equal((4, 4, 3, 1L), (outputs.Texts, outputs.Answered, outputs.Cached, outputs.Requests));
        Assert.Contains("late", _peer.Requests.Last().Body, StringComparison.Ordinal);
        Assert.DoesNotContain("fast", _peer.Requests.Last().Body, StringComparison.Ordinal);
        var usage = Assert.Single(await new ModelAnswerStore(postgres.DataSource).UsageAsync(DateOnly.MinValue, default), row => row.Model == _model);
        Assert.Equal((2L, 3L, 200L), (usage.Requests, usage.Cached, usage.PromptTokens));
    }

    [Fact]
    public async Task A_row_that_comes_back_wrong_is_asked_alone_and_then_rejected_with_the_others_kept()
    {
        // Of three rows one has no such choice and one is missing; alone, the first gets nonsense twice and the second an answer.
        Says("""{"rows": [{"id": 0, "topic": "colour", "sentiment": 1}, {"id": 1, "topic": "other", "sentiment": 0}, {"id": 9, "topic": "size", "sentiment": 0}]}""");
        Says("no idea");
        Says("<html>");
        Says("""{"rows": [{"id": "0", "topic": "delivery", "sentiment": 1}]}""");

        var outputs = (EnrichTextOutputs)(await Run("enrich.text", With())).Outputs!;

        Assert.Equal((2, 1, "feature.topics__rejected"), (outputs.Answered, outputs.Rejected, outputs.RejectedTable));
        Assert.Equal(["1|∅", "2|delivery", "3|delivery", "4|∅", "5|∅", "6|other"], Rows("select id, topic from feature.topics order by id"));
        Assert.Contains("Too small", One("select raw from feature.topics__rejected"), StringComparison.Ordinal);
        Assert.EndsWith(": the answer is no JSON object.", One("select reason from feature.topics__rejected"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"rows": [{"id": 0, "topic": "colour", "sentiment": 1}]}""", "'topic' is \"colour\", which is none of the choices")]
    [InlineData("""{"rows": [{"id": 0, "topic": "size", "sentiment": "good"}]}""", "'sentiment' is \"good\", which is no number")]
    [InlineData("""{"rows": [{"id": 0, "topic": "size"}]}""", "'sentiment' is missing")]
    [InlineData("""{"rows": [{"id": 7, "topic": "size", "sentiment": 1}]}""", "the answer leaves the row out")]
    [InlineData("""{"answer": []}""", "the answer has no list 'rows'")]
    public async Task A_rejected_row_says_what_is_wrong_with_the_answer(string answer, string why)
    {
        for (var i = 0; i < 6; i++)
            Says(answer);

        await Run("enrich.text", With("""{"batch": 1, "most_texts": 1}"""));

        Assert.Equal($"The language model gave no answer of the form that was asked for: {why}.", One("select reason from feature.topics__rejected"));
        Assert.Contains("1 text has no values", Runs.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_ends_the_asking_and_the_next_run_goes_on()
    {
        Says("""{"rows": [{"id": 0, "topic": "size", "sentiment": 1}]}""", 100, 50);

        var outputs = (EnrichTextOutputs)(await Run("enrich.text", With("""{"batch": 1, "limits": {"tokens": 120}}"""))).Outputs!;

        Assert.Equal((1, 0, 2), (outputs.Answered, outputs.Rejected, outputs.Open));
        Assert.Contains("120 tokens of a run are used up", Runs.Log, StringComparison.Ordinal);

        Says("""{"rows": [{"id": 0, "topic": "other", "sentiment": 1}, {"id": 1, "topic": "delivery", "sentiment": 1}]}""");
        outputs = (EnrichTextOutputs)(await Run("enrich.text", With(), Runs.Context(run: 2))).Outputs!;
        Assert.Equal((3, 1, 0), (outputs.Answered, outputs.Cached, outputs.Open));
    }

    [Fact]
    public async Task Members_that_a_service_refuses_by_name_are_left_out()
    {
        _peer.Answer(400, """{"error": {"message": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}}""");
        _peer.Answer(422, """{"detail": "response_format is not supported"}""");
        _peer.Answer(429, "slow down", null, ("Retry-After", "0"));
        Says(Good);

        await Run("enrich.text", With());

        var last = JsonNode.Parse(_peer.Requests.Last().Body)!.AsObject();
        Assert.Equal((4, false, false, true), (_peer.Requests.Count, last.ContainsKey("max_tokens"), last.ContainsKey("response_format"), last.ContainsKey("max_completion_tokens")));
    }

    [Theory]
    [InlineData(401, "refused", "refuses the connection's token", false)]
    [InlineData(404, "refused", "has the model", false)]
    [InlineData(400, "refused", "answered 400", false)]
    [InlineData(503, "unavailable", "failed 3 times", true)]
    public async Task A_service_that_refuses_or_is_away_fails_the_task_with_what_to_do(int status, string kind, string part, bool retryable)
    {
        for (var i = 0; i < 3; i++)
            _peer.Answer(status, "no");

        var error = await Fails("enrich.text", With("""{"retries": 2}"""));

        Assert.Equal((kind, retryable), (error.Kind, error.Retryable));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.False(Tables.Exists(TableName.Parse("feature.topics")));
    }

    [Fact]
    public async Task A_service_that_is_silent_is_given_up_after_the_time_out()
    {
        _peer.Answer(200, "", delay: true);

        var error = await Fails("enrich.text", With("""{"retries": 0, "timeout": "200ms"}"""));

        Assert.Contains("no complete answer within 200ms", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"connection": "none"}""", "There is no connection 'none'")]
    [InlineData("""{"connection": "mail"}""", "takes one of the kind language-model")]
    [InlineData("""{"text": ["words"]}""", "has no column 'words'")]
    [InlineData("""{"outputs": [{"name": "review"}]}""", "is a column of the table already")]
    [InlineData("""{"outputs": [{"name": "a", "type": "choice", "choices": ["x"]}]}""", "at least two 'choices'")]
    [InlineData("""{"outputs": [{"name": "a"}, {"name": "A"}]}""", "is there twice")]
    [InlineData("""{"limits": {"cost": 1}}""", "lacks the prices")]
    public async Task What_cannot_be_meant_is_said_before_anything_is_asked(string more, string part)
    {
        var error = await Fails("enrich.text", With(more));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Empty(_peer.Requests);
    }
}
