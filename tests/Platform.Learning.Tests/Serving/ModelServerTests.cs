using System.Text.Json.Nodes;
using Platform.Learning.Recommend;
using Platform.Learning.Serving;
using Platform.Testing;

namespace Platform.Learning.Tests.Serving;

public sealed class ModelServerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ModelServer _server = new(capacity: 2);

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_user_a_stranger_and_a_history_are_answered_in_order()
    {
        var folder = Write("one", out var model);

        var answer = _server.Score(folder, "shop", 3, Json("""{"inputs": [{"user": "u007", "k": 4}, {"user": "nobody"}, {"items": ["g3-00", "g3-01"], "k": 2}, {"items": ["no-such"]}]}"""));

        Assert.Equal("shop", (string)answer["model"]!);
        Assert.Equal(3, (long)answer["version"]!);
        var outputs = answer["outputs"]!.AsArray();
        Assert.Equal(model.Recommend(model.Users.ToList().IndexOf("u007"), 4).Select(scored => scored.Item), Items(outputs[0]));
        Assert.Null(outputs[0]!["reason"]);
        Assert.Equal("unknown user", (string)outputs[1]!["reason"]!);
        Assert.Equal(model.Recommend(-1, 10).Select(scored => scored.Item), Items(outputs[1]));
        Assert.All(Items(outputs[2]), item => Assert.StartsWith("g3-", item, StringComparison.Ordinal));
        Assert.Equal("unknown items", (string)outputs[3]!["reason"]!);
    }

    [Fact]
    public void More_items_than_there_are_gives_all_of_them() =>
        Assert.Equal(100, Items(_server.Score(Write("all", out _), "shop", null, Json("""{"inputs": [{"user": "u001", "k": 1000}]}"""))["outputs"]![0]).Count());

    [Theory]
    [InlineData("[]", "no list 'inputs'")]
    [InlineData("{}", "no list 'inputs'")]
    [InlineData("""{"inputs": []}""", "0 inputs")]
    [InlineData("""{"inputs": [3]}""", "Input 1 is no object")]
    [InlineData("""{"inputs": [{}]}""", "neither a user nor items")]
    [InlineData("""{"inputs": [{"user": "u", "k": 0}]}""", "'k'")]
    [InlineData("""{"inputs": [{"user": "u", "k": 1.5}]}""", "'k'")]
    [InlineData("""{"inputs": [{"user": "u", "k": "many"}]}""", "'k'")]
    [InlineData("""{"inputs": [{"user": ["u"]}]}""", "'user'")]
    [InlineData("""{"inputs": [{"user": "u"}, {"items": "a"}]}""", "Input 2")]
    [InlineData("""{"inputs": [{"items": [null]}]}""", "'items'")]
    [InlineData("""{"inputs": [{"usr": "u"}]}""", "'usr'")]
    [InlineData("""{"inputs": [{"user": "u"}], "k": 3}""", "'k'")]
    public void A_wrong_request_is_refused_with_its_place(string request, string says) =>
        Assert.Contains(says, Assert.Throws<LearningException>(() => _server.Score(_folder.Path, "shop", 1, Json(request))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Many_threads_over_more_models_than_are_kept_all_get_their_answer()
    {
        var folders = new[] { Write("a", out _), Write("b", out _), Write("c", out _) };
        var question = Json("""{"inputs": [{"user": "u003", "k": 5}]}""");
        var expected = Items(_server.Score(folders[0], "m", 1, question)["outputs"]![0]).ToArray();

        await Parallel.ForAsync(0, 60, (turn, _) =>
        {
            Assert.Equal(expected, Items(_server.Score(folders[turn % 3], "m", 1, Json("""{"inputs": [{"user": "u003", "k": 5}]}"""))["outputs"]![0]));
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void A_folder_without_model_and_broken_files_are_refused_in_words()
    {
        var question = """{"inputs": [{"user": "u"}]}""";
        Assert.Contains("no model", Refusal(Path.Combine(_folder.Path, "missing")), StringComparison.Ordinal);

        var noCard = Write("no-card", out _);
        File.WriteAllText(Path.Combine(noCard, ExportedModel.CardFile), "{ \"name\": 3");
        Assert.Contains("model card", Refusal(noCard), StringComparison.Ordinal);

        var cut = Write("cut", out _);
        var file = Path.Combine(cut, ExportedModel.ModelFile);
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..5000]);
        Assert.Contains("Deploy", Refusal(cut), StringComparison.Ordinal);

        string Refusal(string folder) => Assert.Throws<LearningException>(() => _server.Score(folder, "m", 1, Json(question))).Message;
    }

    [Fact]
    public void Writing_again_keeps_what_the_first_attempt_wrote()
    {
        var folder = Write("twice", out var model);
        var written = File.ReadAllBytes(Path.Combine(folder, ExportedModel.ModelFile));

        var card = ExportedModel.Of(model, Card() with { Learner = "other" }).Write(folder);

        Assert.Equal("blend", card.Learner);
        Assert.Equal(written, File.ReadAllBytes(Path.Combine(folder, ExportedModel.ModelFile)));
        Assert.DoesNotContain(Directory.GetDirectories(_folder.Path), path => Path.GetFileName(path).StartsWith(".draft", StringComparison.Ordinal));
    }

    private string Write(string name, out RecommenderModel model)
    {
        var folder = Path.Combine(_folder.Path, name);
        var data = Planted.Groups();
        model = new RecommenderFit(data, new RecommenderOptions { PopularityShare = 1 }, data.Newest + 1).Fit(RecommenderLearner.Blend);
        ExportedModel.Of(model, Card()).Write(folder);
        return folder;
    }

    private static ModelCard Card() => new()
    {
        Name = "shop",
        Kind = ModelCard.Recommender,
        Learner = "blend",
        Created = DateTimeOffset.UnixEpoch,
        Parameters = [],
        Metrics = new Dictionary<string, double>(),
        BaselineMetrics = new Dictionary<string, double>(),
        Tables = [],
        Features = [],
        Rows = 1,
        Users = 1,
        Items = 1,
        Parity = 0,
    };

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;

    private static IEnumerable<string> Items(JsonNode? output) => output!["items"]!.AsArray().Select(item => (string)item!["item"]!);
}
