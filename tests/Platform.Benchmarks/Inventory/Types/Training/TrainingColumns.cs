using Platform.Inventory.Classify;

namespace Platform.Benchmarks.Inventory.Types.Training;

/// <summary>
/// Columns that the model is trained on, made from the dictionaries of Bogus (a package, used here only) and the words beside it. The columns that score
/// it come from <see cref="Scoring.ScoringColumns"/>, which shares neither words nor names nor formats with these but what has one form only (a UUID, a weekday).
/// </summary>
internal static class TrainingColumns
{
    public static readonly Recipe[] Recipes = [.. TrainingPeople.All, .. TrainingPlaces.All, .. TrainingTrade.All, .. TrainingWeb.All, .. TrainingTime.All, .. TrainingContent.All, .. TrainingThemes.All];

    // Words that say whose or when, and not what.
    private static readonly string[] Prefixes = ["home", "billing", "dest", "origin", "prev", "main", "alt", "primary", "guest", "last", "stop", "pickup", "final", "net", "base", "claim", "local", "work"];

    private static readonly string[] Meaningless = ["c", "col", "field_", "f", "column", "x", "attr", "var", "v_", "col_", "字段", "a", "Unnamed: ", "data", "F"];

    /// <summary>A column of a type. A quarter has a meaningless name and one in seventeen a wrong one, so that the values must carry.</summary>
    public static MadeColumn Make(Recipe recipe, Random random)
    {
        var rows = (int)random.Log(12, 500);
        var next = recipe.Styles[random.Next(recipe.Styles.Length)](random);
        var distinct = recipe.MostDistinct == 0 || random.Chance(0.1) ? rows : (int)random.Log(Math.Min(2, recipe.MostDistinct), recipe.MostDistinct + 1);
        var repeats = recipe.MostDistinct == 0 && random.Chance(0.35) ? random.Log(1, 20) : 1;
        var pool = Enumerable.Range(0, Math.Max(1, Math.Min((int)(rows / repeats), Math.Max(2, distinct)))).Select(_ => next()).ToArray();
        var nulls = random.Chance(0.3) ? random.NextDouble() * 0.3 : 0;
        var dirt = random.Chance(0.2) ? random.NextDouble() * 0.08 : 0;
        var inOrder = repeats == 1 && recipe.MostDistinct == 0;
        var values = new string[rows];
        for (var i = 0; i < rows; i++)
        {
            var value = inOrder ? pool[i % pool.Length] : pool[(int)(pool.Length * Math.Pow(random.NextDouble(), 1.3))];
            values[i] = random.Chance(nulls) ? random.Chance(0.8) ? "" : "N/A" : random.Chance(dirt) ? Dirty(value, random) : value;
        }

        var name = Name(recipe, random, out var tells);
        return new MadeColumn(tells ? [recipe.Type] : WithGeneral(recipe.Type), name, tells, values);
    }

    // Numbers, counted ids and days look alike whatever they are of: without a name that tells, the more general type is as right.
    private static List<string> WithGeneral(string type)
    {
        var types = new List<string> { type };
        for (var general = SemanticTypes.All[type].Parent; general is "measure" or "amount" or "identifier" or "date" or "category" && type is not ("status" or "color" or "country_code" or "language" or "currency" or "gender" or "weekday" or "uuid"); general = SemanticTypes.All[general].Parent)
            types.Add(general);
        return types;
    }

    private static string Name(Recipe recipe, Random random, out bool tells)
    {
        tells = false;
        var roll = random.NextDouble();
        if (roll < 0.25)
            return random.Pick(Meaningless) + random.Next(0, 30);
        if (roll < 0.31)
            return random.Pick(random.Pick(Recipes).Names.Split('|'));
        tells = true;
        var name = random.Pick(recipe.Names.Split('|'));
        return random.Next(9) switch
        {
            0 => name.ToUpperInvariant(),
            1 => random.Pick(new[] { "t_", "src_", "old_", "main_", "c_", "tbl1_" }) + name,
            3 => name + random.Pick(new[] { "_txt", "_val", "2", "_new", "_1", "_str", "_fld" }),
            4 => random.Pick(Prefixes) + (random.Chance(0.5) ? "_" + name : string.Concat(name.Split('_', ' ').Select(word => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]))),
            2 => string.Concat(name.Split('_', ' ').Select(word => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..])),
            _ => name,
        };
    }

    private static string Dirty(string value, Random random)
    {
        if (value.Length == 0)
            return value;
        var at = random.Next(value.Length);
        return random.Next(5) switch
        {
            0 => value.Remove(at, 1),
            1 => value.Insert(at, "x"),
            2 => value[..at] + 'x' + value[(at + 1)..],
            3 => "unknown",
            _ => " " + value,
        };
    }
}
