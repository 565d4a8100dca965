using Platform.Learning.Devices;
using Platform.Learning.Onnx;
using Platform.Learning.Recommend;

namespace Platform.Learning.Tests.Onnx;

public sealed class RecommenderGraphTests
{
    public static TheoryData<RecommenderLearner, bool> Models => new()
    {
        { RecommenderLearner.Popularity, false }, { RecommenderLearner.ItemKnn, false }, { RecommenderLearner.Mf, false }, { RecommenderLearner.Blend, false },
        { RecommenderLearner.Popularity, true }, { RecommenderLearner.ItemKnn, true }, { RecommenderLearner.Mf, true }, { RecommenderLearner.Blend, true },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Onnx_runtime_ranks_as_the_trained_model_does(RecommenderLearner learner, bool excludeSeen)
    {
        var model = Fit(learner, excludeSeen);
        using var session = new RecommenderSession(RecommenderGraph.Write(model), Device.Cpu);
        Assert.InRange(ParityCheck.Run(model, session), 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_read_back_ranks_as_before(RecommenderLearner learner, bool excludeSeen)
    {
        var model = Fit(learner, excludeSeen);
        var again = RecommenderGraph.Read(RecommenderGraph.Write(model));

        Assert.Equal(model.Users, again.Users);
        Assert.Equal(model.Items, again.Items);
        Assert.Equal(model.Recommend(11, 15), again.Recommend(11, 15));
        Assert.Equal(model.Recommend(-1, 15), again.Recommend(-1, 15));
        Assert.Equal(model.RecommendFor([3, 14], 15), again.RecommendFor([3, 14], 15));
    }

    [Fact]
    public void Parity_finds_a_model_whose_file_says_something_else()
    {
        var model = Fit(RecommenderLearner.Blend, false);
        using var session = new RecommenderSession(RecommenderGraph.Write(model), Device.Cpu);
        model.Prior[17] += 100;

        var refusal = Assert.Throws<LearningException>(() => ParityCheck.Run(model, session));

        Assert.Contains("ranks differently", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_in_words()
    {
        var bytes = RecommenderGraph.Write(Fit(RecommenderLearner.ItemKnn, false));
        foreach (var length in new[] { 0, 1, 10, bytes.Length / 3, bytes.Length / 2, bytes.Length - 1 })
            Assert.Contains("Deploy", Assert.Throws<LearningException>(() => RecommenderGraph.Read(bytes[..length])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_model_are_refused_in_words()
    {
        var garbage = new byte[4096];
        new Random(1).NextBytes(garbage);
        Assert.Throws<LearningException>(() => RecommenderGraph.Read(garbage));
        Assert.Contains("cannot load", Assert.Throws<LearningException>(() => new RecommenderSession(garbage, Device.Cpu)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_models_inputs_are_refused_by_name()
    {
        var graph = new OnnxGraph("other");
        graph.Input("x", OnnxType.Float, 1);
        graph.Node("Identity", "y", ["x"]);
        graph.Output("y", OnnxType.Float, 1);

        var refusal = Assert.Throws<LearningException>(() => new RecommenderSession(graph.ToModel(), Device.Cpu));

        Assert.Contains("inputs x", refusal.Message, StringComparison.Ordinal);
    }

    private static RecommenderModel Fit(RecommenderLearner learner, bool excludeSeen)
    {
        var data = Planted.Groups(users: 60, rows: 2_000);
        return new RecommenderFit(data, new RecommenderOptions { ExcludeSeen = excludeSeen, Epochs = 5 }, data.Newest + 1).Fit(learner);
    }
}
