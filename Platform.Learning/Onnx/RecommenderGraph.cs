using System.Text.Json;
using Platform.Learning.Recommend;

namespace Platform.Learning.Onnx;

/// <summary>
/// A recommender as one ONNX file, histories and ids included. Inputs: <c>user</c> int64[1] (the number of users stands for nobody),
/// <c>items</c> int64[n] and <c>weights</c> float[n] (more history, may be empty), <c>k</c> int64[1]. Outputs: <c>top_items</c> int64[k] and
/// <c>top_scores</c> float[k], best first.
/// Positions are stored in 16 bits where they fit and similarities and history weights as 16-bit floats.
/// </summary>
internal static class RecommenderGraph
{
    /// <summary>Writes a model.</summary>
    public static byte[] Write(RecommenderModel model)
    {
        var graph = new OnnxGraph("recommender");
        var items = model.Items.Count;
        graph.Input("user", OnnxType.Int64, 1);
        graph.Input("items", OnnxType.Int64, [null]);
        graph.Input("weights", OnnxType.Float, [null]);
        graph.Input("k", OnnxType.Int64, 1);
        graph.Constant<float>("prior", OnnxType.Float, model.Prior, items);
        var scores = "prior";
        if (model.Neighbours is not null || model.ExcludeSeen)
            AddHistory(graph, model);
        if (model.Neighbours is { } neighbours)
            scores = AddNeighbours(graph, neighbours, items, scores);
        if (model.Factors is { } factors)
            scores = AddFactors(graph, model, factors, scores);
        if (model.ExcludeSeen)
        {
            // The lowest float, not infinity, so that the mask survives any later arithmetic; the same value masks in C#.
            graph.Node("ConstantOfShape", "lowest_zero", [graph.Node("Shape", "history_size", ["history"])]);
            graph.Constant<float>("lowest_float", OnnxType.Float, [float.MinValue], 1);
            graph.Node("Add", "lowest", ["lowest_zero", "lowest_float"]);
            scores = graph.Node("ScatterElements", "unseen", [scores, "history", "lowest"], ("axis", 0L));
        }
        graph.Node("TopK", ["top_scores", "top_items"], [scores, "k"], ("axis", 0L), ("largest", 1L), ("sorted", 1L));
        graph.Output("top_items", OnnxType.Int64, [null]);
        graph.Output("top_scores", OnnxType.Float, [null]);
        graph.Metadata("learner", model.Learner.ToString());
        graph.Metadata("exclude_seen", model.ExcludeSeen ? "true" : "false");
        graph.Metadata("known_items", model.KnownItems.ToString(System.Globalization.CultureInfo.InvariantCulture));
        graph.Metadata("users", JsonSerializer.Serialize(model.Users));
        graph.Metadata("items", JsonSerializer.Serialize(model.Items));
        return graph.ToModel();
    }

    /// <summary>Reads a model back, for scoring many users at once without a session.</summary>
    /// <exception cref="LearningException">The bytes are not such a model.</exception>
    public static RecommenderModel Read(byte[] bytes)
    {
        var file = new OnnxFile(bytes);
        try
        {
            var users = Ids(file, "users");
            var items = Ids(file, "items");
            var hasHistory = file.Has("history_item");
            var factors = file.Has("item_factors") ? ReadFactors(file) : null;
            return new RecommenderModel
            {
                Learner = Enum.Parse<RecommenderLearner>(file.Metadata("learner")),
                Users = users,
                Items = items,
                ExcludeSeen = file.Metadata("exclude_seen") == "true",
                KnownItems = int.Parse(file.Metadata("known_items"), System.Globalization.CultureInfo.InvariantCulture),
                Prior = file.Floats("prior"),
                HistoryStart = hasHistory ? file.Integers("history_start") : new int[users.Length + 2],
                HistoryItem = hasHistory ? file.Integers("history_item") : [],
                HistoryWeight = hasHistory ? file.Floats("history_weight") : [],
                Neighbours = file.Has("neighbour_item")
                    ? new ItemNeighbours { Width = (int)file.Shape("neighbour_item")[1], Item = file.Integers("neighbour_item"), Similarity = file.Floats("neighbour_similarity") }
                    : null,
                Factors = factors,
                FoldIn = factors is null ? null : file.Floats("fold_in"),
            };
        }
        catch (Exception broken) when (broken is ArgumentException or FormatException or JsonException or OverflowException or IndexOutOfRangeException)
        {
            throw new LearningException("The model file does not hold a recommender of this platform. Deploy a model that train.recommender made.", broken);
        }
    }

    /// <summary>Reads the ids alone.</summary>
    public static (string[] Users, string[] Items) ReadIds(byte[] bytes)
    {
        var file = new OnnxFile(bytes);
        try
        {
            return (Ids(file, "users"), Ids(file, "items"));
        }
        catch (JsonException broken)
        {
            throw new LearningException("The model file's ids cannot be read. Deploy the model again from its training run.", broken);
        }
    }

    private static void AddHistory(OnnxGraph graph, RecommenderModel model)
    {
        // One more row, of length 0, is nobody's history.
        long[] start = [.. model.HistoryStart.AsSpan(0, model.Users.Count + 1).ToArray().Select(at => (long)at), model.HistoryStart[model.Users.Count]];
        graph.Constant<long>("history_start", OnnxType.Int64, start, start.Length);
        Positions(graph, "history_item", model.HistoryItem, model.Items.Count, model.HistoryItem.Length);
        Halves(graph, "history_weight", model.HistoryWeight, model.HistoryWeight.Length);
        graph.Constant<long>("one", OnnxType.Int64, [1], 1);
        graph.Constant<long>("axis_0", OnnxType.Int64, [0], 1);
        graph.Node("Gather", "from", ["history_start", "user"]);
        graph.Node("Gather", "to", ["history_start", graph.Node("Add", "user_after", ["user", "one"])]);
        graph.Node("Slice", "own_item", ["history_item", "from", "to", "axis_0"]);
        graph.Node("Slice", "own_weight", ["history_weight", "from", "to", "axis_0"]);
        graph.Node("Cast", "own_position", ["own_item"], ("to", (long)OnnxType.Int64));
        graph.Node("Cast", "own_amount", ["own_weight"], ("to", (long)OnnxType.Float));
        graph.Node("Concat", "history", ["own_position", "items"], ("axis", 0L));
        graph.Node("Concat", "amounts", ["own_amount", "weights"], ("axis", 0L));
    }

    private static string AddNeighbours(OnnxGraph graph, ItemNeighbours neighbours, int items, string scores)
    {
        Positions(graph, "neighbour_item", neighbours.Item, items, items, neighbours.Width);
        Halves(graph, "neighbour_similarity", neighbours.Similarity, items, neighbours.Width);
        graph.Constant<long>("axis_1", OnnxType.Int64, [1], 1);
        graph.Constant<long>("flat", OnnxType.Int64, [-1], 1);
        graph.Node("Gather", "near_item", ["neighbour_item", "history"]);
        graph.Node("Gather", "near_similarity", ["neighbour_similarity", "history"]);
        graph.Node("Cast", "near_position", ["near_item"], ("to", (long)OnnxType.Int64));
        graph.Node("Cast", "near_amount", ["near_similarity"], ("to", (long)OnnxType.Float));
        graph.Node("Unsqueeze", "amount_column", ["amounts", "axis_1"]);
        graph.Node("Mul", "near_score", ["near_amount", "amount_column"]);
        graph.Node("Reshape", "flat_position", ["near_position", "flat"]);
        graph.Node("Reshape", "flat_score", ["near_score", "flat"]);
        // ScatterElements and not ScatterND: the latter loses additions on the CPU when it runs on several threads.
        return graph.Node("ScatterElements", "with_neighbours", [scores, "flat_position", "flat_score"], ("axis", 0L), ("reduction", "add"));
    }

    private static string AddFactors(OnnxGraph graph, RecommenderModel model, FactorTables factors, string scores)
    {
        int users = model.Users.Count, items = model.Items.Count, width = factors.Width;
        graph.Constant<float>("user_factors", OnnxType.Float, [.. factors.User, .. new float[width]], users + 1, width);
        graph.Constant<float>("user_bias", OnnxType.Float, [.. factors.UserBias, 0], users + 1);
        graph.Constant<float>("item_factors", OnnxType.Float, factors.Item, items, width);
        graph.Constant<float>("fold_in", OnnxType.Float, model.FoldIn, width, width);
        graph.Constant<long>("factor_axis", OnnxType.Int64, [0], 1);
        graph.Constant<long>("factor_flat", OnnxType.Int64, [-1], 1);
        graph.Node("Gather", "given_factors", ["item_factors", "items"]);
        graph.Node("ReduceSum", "given_sum", ["given_factors", "factor_axis"], ("keepdims", 1L));
        graph.Node("Gemm", "folded", ["given_sum", "fold_in"], ("transB", 1L));
        graph.Node("Gather", "known_factors", ["user_factors", "user"]);
        graph.Node("Add", "vector", ["known_factors", "folded"]);
        graph.Node("Gemm", "products", ["vector", "item_factors"], ("transB", 1L));
        graph.Node("Reshape", "product_row", ["products", "factor_flat"]);
        graph.Node("Gather", "bias", ["user_bias", "user"]);
        graph.Node("Add", "with_bias", ["product_row", "bias"]);
        return graph.Node("Add", "with_factors", [scores, "with_bias"]);
    }

    private static FactorTables ReadFactors(OnnxFile file)
    {
        var shape = file.Shape("item_factors");
        return new FactorTables
        {
            Width = (int)shape[1],
            Mean = 0,
            UserBias = file.Floats("user_bias"),
            ItemBias = new float[shape[0]],
            User = file.Floats("user_factors"),
            Item = file.Floats("item_factors"),
        };
    }

    private static string[] Ids(OnnxFile file, string key) =>
        JsonSerializer.Deserialize<string[]>(file.Metadata(key)) ?? throw new LearningException($"The model file names no {key}. Deploy the model again from its training run.");

    private static void Positions(OnnxGraph graph, string name, int[] values, int largest, params long[] shape)
    {
        if (largest <= ushort.MaxValue)
            graph.Constant<ushort>(name, OnnxType.UInt16, Array.ConvertAll(values, value => (ushort)value), shape);
        else
            graph.Constant<int>(name, OnnxType.Int32, values, shape);
    }

    private static void Halves(OnnxGraph graph, string name, float[] values, params long[] shape) =>
        graph.Constant<Half>(name, OnnxType.Float16, Array.ConvertAll(values, value => (Half)value), shape);
}
