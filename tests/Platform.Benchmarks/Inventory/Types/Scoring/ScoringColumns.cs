using System.Globalization;

namespace Platform.Benchmarks.Inventory.Types.Scoring;

/// <summary>
/// The thousand columns that score the classifier. They differ from the training's in every list of words (written by hand here, and what the classifier's
/// own dictionaries hold of names and cities is taken out), in most formats and locales, and in the names of columns, of which 30 % say nothing. What has one
/// form only (a UUID, a weekday, an ISO code) is the same in both.
/// </summary>
internal static class ScoringColumns
{
    private const int Seed = 4_711;

    private static readonly string[] Meaningless = ["c{0}", "field_{0}", "col{0}", "x{0}", "attribute_{0}", "字段{0}", "F{0}", "val_{0}", "tmp{0}", "k{0}"];

    public static IReadOnlyList<(string Id, MadeColumn Column)> All(int count = 1_000)
    {
        ScoringRecipe[] recipes = [.. ScoringPeople.All, .. ScoringTrade.All, .. ScoringWeb.All];
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, count).Select(i => (string.Create(CultureInfo.InvariantCulture, $"generated/{i:0000}"), Make(recipes[i % recipes.Length], new Random(random.Next()))))];
    }

    private static MadeColumn Make(ScoringRecipe recipe, Random random)
    {
        var named = !random.Chance(0.3);
        var silent = recipe.Silent is { Length: > 0 } && (recipe.Telling.Length == 0 || random.Chance(recipe.Silent.Length / (double)(recipe.Silent.Length + recipe.Telling.Length)));
        var next = random.Pick(silent ? recipe.Silent! : recipe.Telling)(random);
        var rows = (int)random.Log(25, 600);
        var values = new string[rows];
        var pool = recipe.Most > 0 ? Enumerable.Range(0, Math.Min(rows, recipe.Most)).Select(_ => next()).ToArray() : null;
        var nulls = random.Chance(0.35) ? random.NextDouble() * 0.25 : 0;
        for (var i = 0; i < rows; i++)
            values[i] = random.Chance(nulls) ? "" : pool is null ? next() : pool[(int)(pool.Length * random.NextDouble() * random.NextDouble())];
        var name = named ? random.Pick(recipe.Names.Split('|')) : string.Format(CultureInfo.InvariantCulture, random.Pick(Meaningless), random.Next(1, 40));
        return new MadeColumn(TypesOf(recipe, named, silent), name, named, values);
    }

    // Where the name says it there is one answer. Where only the values speak, what is as right and what is more general count too; where neither does, no type is expected.
    private static List<string> TypesOf(ScoringRecipe recipe, bool named, bool silent)
    {
        var types = new List<string> { recipe.Type };
        if (!named)
        {
            types.AddRange(recipe.Also.Split('|', StringSplitOptions.RemoveEmptyEntries));
            for (var general = Platform.Inventory.Classify.SemanticTypes.All[recipe.Type].Parent; general is not null; general = Platform.Inventory.Classify.SemanticTypes.All[general].Parent)
                types.Add(general);
            if (silent)
                types.Insert(0, Open);
        }

        return types;
    }

    /// <summary>The first type of a column that nothing tells: it asks for no verdict, and takes the listed ones.</summary>
    public const string Open = "(open)";
}
