using System.Collections.Frozen;
using System.Text.Json;

namespace Platform.Designer.Shell;

/// <summary>The icons of the sprite, which the page build makes from <c>ClientLib/src/icons.json</c>.</summary>
internal static class Icons
{
    /// <summary>Address of the sprite, relative to the base address.</summary>
    public const string Sprite = "_content/Platform.Designer/dist/icons.svg";

    private const string Unknown = "box";

    private static readonly FrozenSet<string> Names = Read();

    /// <summary>The icon itself where the sprite has it, otherwise a box: activities from outside may name any.</summary>
    public static string Known(string name) => Names.Contains(name) ? name : Unknown;

    /// <summary>Address of one icon, for a <c>use</c> element.</summary>
    public static string Url(string name) => $"{Sprite}#{Known(name)}";

    private static FrozenSet<string> Read()
    {
        using var stream = typeof(Icons).Assembly.GetManifestResourceStream("icons.json")
            ?? throw new InvalidOperationException("The list of icons is not in Platform.Designer.dll. Build the project again.");
        return JsonSerializer.Deserialize<string[]>(stream)!.ToFrozenSet(StringComparer.Ordinal);
    }
}
