using System.Globalization;

namespace Platform.Inventory.Classify;

/// <summary>A column that people have judged: what it looks like to the model, and what they said.</summary>
/// <param name="Asset">Key of its asset.</param>
/// <param name="Column">Its name.</param>
/// <param name="Signature">What it looks like, as <see cref="ColumnVerdict.Signature"/> gives it.</param>
/// <param name="ModelVersion">Version of the rules and the model that gave the signature; signatures of another cannot be compared.</param>
/// <param name="Type">The type that people confirmed or gave; with <paramref name="Rejected"/> the one that they said it is not. Null where they know only that it is none.</param>
/// <param name="Rejected">Whether they said what it is not.</param>
/// <param name="By">Who said so; null where it is not known.</param>
public sealed record TypeExample(string Asset, string Column, byte[] Signature, int ModelVersion, string? Type, bool Rejected, string? By);

/// <summary>
/// Lets columns that people have judged vote on columns that look like them: a kernel vote over the model's hidden layer, in which the model's own
/// probabilities count as one voter. A column of the same name needs to look roughly alike, one of another name nearly the same.
/// </summary>
internal sealed class ExampleVotes
{
    private readonly List<(TypeExample Example, string Name, float[] Direction)> _examples;

    /// <param name="examples">What people said. Those of another version, or of types that are not known here, are left out.</param>
    public ExampleVotes(IEnumerable<TypeExample> examples)
        => _examples = [.. examples.Where(example => example.ModelVersion == ColumnJudge.Version && example.Signature.Length > 0 && (example.Type is null || SemanticTypes.Judged.Contains(example.Type))).Select(example => (example, NameKey(new ColumnName(example.Column)), Direction(example.Signature)))];

    /// <summary>What a column looks like in one byte a hidden unit, the strongest 255.</summary>
    public static byte[] Signature(float[] hidden)
    {
        var most = Math.Max(1e-6f, hidden.Max());
        return [.. hidden.Select(value => (byte)Math.Round(Math.Clamp(value / most, 0, 1) * 255))];
    }

    /// <summary>How alike two signatures are: 1 for the same, 0 for nothing in common.</summary>
    public static double Alike(byte[] left, byte[] right) => left.Length != right.Length ? 0 : Dot(Direction(left), Direction(right));

    /// <summary>The verdict with the votes counted; null where no example says anything.</summary>
    /// <param name="sample">The column.</param>
    /// <param name="signature">What it looks like.</param>
    /// <param name="probabilities">What the model or a rule says without examples.</param>
    /// <param name="weight">Votes that it has.</param>
    /// <param name="model">Calibrates the result.</param>
    public ColumnVerdict? Judge(ColumnSample sample, byte[] signature, float[] probabilities, double weight, TypeModel model)
    {
        if (_examples.Count == 0)
            return null;
        var direction = Direction(signature);
        var name = NameKey(sample.Name);
        var votes = new double[probabilities.Length];
        var against = new double[probabilities.Length];
        var rejected = new HashSet<string>(StringComparer.Ordinal);
        (TypeExample Example, double Votes, double Alike)? strongest = null;
        foreach (var (example, exampleName, exampleDirection) in _examples)
        {
            var alike = Dot(direction, exampleDirection);
            var sameName = name.Length > 1 && name == exampleName;
            var vote = sameName ? 6 * Rise(alike, 0.6, 0.9) : 4 * Rise(alike, 0.93, 0.995);
            if (vote <= 0 || example.Type is null)
                continue;
            var type = ModelJudge.Index[example.Type];
            if (example.Rejected)
            {
                against[type] += vote;
                if (vote >= 2)
                    rejected.Add(example.Type);
            }
            else
                votes[type] += vote;
            if (strongest is null || vote > strongest.Value.Votes)
                strongest = (example, vote, alike);
        }

        if (strongest is not { Votes: >= 0.25 } nearest)
            return null;
        var all = votes.Sum() + weight;
        var together = new float[probabilities.Length];
        for (var i = 0; i < together.Length; i++)
            together[i] = (float)(((probabilities[i] * weight) + votes[i]) / all / (1 + (2 * against[i])));
        var sum = together.Sum();
        for (var i = 0; i < together.Length; i++)
            together[i] /= sum;
        var said = nearest.Example.Rejected ? $"is no {nearest.Example.Type}" : $"is {nearest.Example.Type}";
        var note = string.Create(CultureInfo.InvariantCulture, $"{nearest.Example.By ?? "Somebody"} said that '{nearest.Example.Column}' of {nearest.Example.Asset} {said}; this column looks {nearest.Alike:0%} like it.");
        var verdict = ModelJudge.Choose(sample, model, together, note, rejected);
        return verdict with { Evidence = verdict.Evidence with { Rule = TableJudge.LearnedRule } };
    }

    private static double Rise(double value, double from, double to) => Math.Pow(Math.Clamp((value - from) / (to - from), 0, 1), 2);

    private static string NameKey(ColumnName name) => name.IsUnnamed ? "" : name.IsChinese ? name.Text : name.Joined;

    private static float[] Direction(byte[] signature)
    {
        var length = Math.Sqrt(Math.Max(1, signature.Sum(value => value * (double)value)));
        return [.. signature.Select(value => (float)(value / length))];
    }

    private static double Dot(float[] left, float[] right)
    {
        if (left.Length != right.Length)
            return 0;
        var sum = 0d;
        for (var i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
