using System.Text.RegularExpressions;
using System.Xml.Linq;
using Platform.Designer.Shell;
using Platform.Engine.Explain;
using Platform.Testing;

namespace Platform.Designer.Tests;

/// <summary>Holds the pages to their resources: a missing text or icon shows on the page as its key or as a box.</summary>
public sealed partial class TextsTests
{
    private static readonly Dictionary<string, string> English = Read("Texts.resx");
    private static readonly Dictionary<string, string> Chinese = Read("Texts.zh-Hans.resx");

    [Fact]
    public void Both_languages_have_the_same_texts_with_the_same_places()
    {
        Assert.Equal(English.Keys.Order(), Chinese.Keys.Order());
        Assert.All(English, t => Assert.Equal(Places(t.Value), Places(Chinese[t.Key])));
    }

    [Fact]
    public void Every_text_that_a_page_names_exists()
    {
        var named = Sources().SelectMany(s => Named().Matches(s).Select(m => m.Groups[1].Value)).Distinct();
        Assert.DoesNotContain(named, n => !English.ContainsKey(n));
    }

    [Fact]
    public void Every_cause_that_the_engine_can_name_has_a_sentence()
    {
        var codes = typeof(CauseCodes).GetFields().Select(f => "Cause." + (string)f.GetRawConstantValue()!);
        Assert.DoesNotContain(codes, c => !English.ContainsKey(c));
    }

    [Fact]
    public void Every_icon_that_a_page_or_an_activity_names_is_in_the_sprite()
    {
        var pages = Sources().SelectMany(s => PageIcons().Matches(s).Select(m => m.Groups[1].Value));
        var activities = Directory.EnumerateFiles(Repository.PathOf("Platform.Activities"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(f => ActivityIcons().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value));
        Assert.DoesNotContain(pages.Concat(activities).Distinct(), i => Icons.Known(i) != i);
    }

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(Repository.PathOf("Platform.Designer", "Language", file)).Root!.Elements("data").ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value);

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Repository.PathOf("Platform.Designer"), "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/node_modules/", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    private static string Places(string text) => string.Join(',', Place().Matches(text).Select(m => m.Value).Distinct().Order());

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"\b(?:T|texts)\[""([^""]+)""(?:\]|,)")]
    private static partial Regex Named();

    [GeneratedRegex(@"<(?:Icon|Empty)\b[^>]*?(?:Name|Icon)=""([a-z0-9-]+)""")]
    private static partial Regex PageIcons();

    [GeneratedRegex(@"Icon = ""([a-z0-9-]+)""")]
    private static partial Regex ActivityIcons();
}
