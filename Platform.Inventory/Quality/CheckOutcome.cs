using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Inventory.Quality;

/// <summary>What became of a check.</summary>
/// <param name="Passed">Whether it holds. A check that cannot be made does not.</param>
/// <param name="Observed">What was seen, in words with figures.</param>
/// <param name="Expected">What should be, in words with figures.</param>
/// <param name="Broken">Rows or values that break it; null where they are not counted.</param>
/// <param name="Looked">Rows or values that were looked at; null where they are not counted.</param>
public sealed record CheckOutcome(bool Passed, Told Observed, Told Expected, long? Broken = null, long? Looked = null)
{
    /// <summary>A check that could not be made: its query fails, its column is gone.</summary>
    public static CheckOutcome Impossible(CheckDefinition check, Told reason) => new(false, new Told($"could not be checked: {reason.En}", $"无法检查：{reason.Zh}"), CheckWords.Expected(check));

    /// <summary>A check that could not be made, with a reason in the words of another program.</summary>
    public static CheckOutcome Impossible(CheckDefinition check, string reason) => Impossible(check, Told.Same(reason));

    /// <summary>A check whose definition cannot be read.</summary>
    public static CheckOutcome Unreadable(string reason) => new(false, new Told($"could not be checked: {reason}", $"无法检查：{reason}"), new Told("a definition that can be read", "可以读取的定义"));

    /// <summary>An outcome by counted rows or values, with the share that may break it.</summary>
    internal static CheckOutcome Counted(CheckDefinition check, long broken, long looked, Told observed)
    {
        var passed = broken == 0 || (looked > 0 && broken <= (check.MaxShare ?? 0) * looked);
        return new CheckOutcome(passed, observed, CheckWords.Expected(check), broken, looked);
    }

    internal static string Text(FormattableString text) => text.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The outcome as a fact about an asset.</summary>
    public CheckResult Result(string asset, CheckDefinition check) => CheckResult.Of(asset, check.Column, check.Title, CheckWords.Title(check), Passed, Observed, Expected, check.Severity);
}
