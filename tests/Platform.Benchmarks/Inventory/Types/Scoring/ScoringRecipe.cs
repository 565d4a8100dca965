namespace Platform.Benchmarks.Inventory.Types.Scoring;

/// <summary>How columns of a type look that score the model.</summary>
/// <param name="Type">The type.</param>
/// <param name="Names">Names that say so, in English, Chinese, pinyin and abbreviations.</param>
/// <param name="Telling">Ways to write values that tell the type by themselves.</param>
/// <param name="Silent">Ways to write values that could be several types: without a name that says it, the right answer is a more general type or none.</param>
/// <param name="Most">Different values at most; 0 for as many as are made.</param>
/// <param name="Also">Types that are as right where the name does not say it.</param>
internal sealed record ScoringRecipe(string Type, string Names, Style[] Telling, Style[]? Silent = null, int Most = 0, string Also = "");
