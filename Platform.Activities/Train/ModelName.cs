using System.Text.RegularExpressions;
using Platform.Workflows.Activities;

namespace Platform.Activities.Train;

/// <summary>Names of models and endpoints.</summary>
internal static partial class ModelName
{
    /// <exception cref="ActivityException">The text is no name of a model or endpoint.</exception>
    public static void Check(string name, string field)
    {
        if (!Pattern().IsMatch(name))
            throw new ActivityException("bad-input", $"'{name}' in '{field}' is no name of a model. Use up to 128 letters, digits, '.', '_' and '-', a letter or digit first.", retryable: false);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
    private static partial Regex Pattern();
}
