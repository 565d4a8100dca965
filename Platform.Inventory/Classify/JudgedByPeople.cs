namespace Platform.Inventory.Classify;

/// <summary>What people have said about columns, for judging others by it.</summary>
public sealed class JudgedByPeople
{
    /// <param name="examples">The columns that people have confirmed, corrected or rejected.</param>
    public JudgedByPeople(IReadOnlyList<TypeExample> examples)
    {
        Votes = new ExampleVotes(examples);
        var text = string.Join('\n', examples.Where(example => example.ModelVersion == TableJudge.Version).Select(example => $"{example.Asset}|{example.Column}|{example.Type}|{example.Rejected}|{Convert.ToHexString(example.Signature)}").Order(StringComparer.Ordinal));
        Version = text.Length == 0 ? "" : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    /// <summary>Changes with what people said; empty without anything.</summary>
    public string Version { get; }

    internal ExampleVotes Votes { get; }
}
