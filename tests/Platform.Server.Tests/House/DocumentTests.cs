using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.Server.Tests.House;

/// <summary>What the documents name exists.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_test_that_the_engine_s_page_names_exists()
    {
        var sources = Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToLookup(f => Path.GetFileNameWithoutExtension(f), File.ReadAllText);
        var named = Named().Matches(File.ReadAllText(Repository.PathOf("docs", "engine.md"))).ToList();
        Assert.True(named.Count > 30, $"Only {named.Count} tests are named.");
        Assert.All(named, m => Assert.True(
            sources[m.Groups["class"].Value].Any(s => s.Contains($" {m.Groups["test"].Value}(", StringComparison.Ordinal)), $"docs/engine.md names {m.Value}, which is no test."));
    }

    [Fact]
    public void Every_page_that_a_document_links_to_exists()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories).Append(Repository.PathOf("README.md")))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(file)))
            {
                var target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, link.Groups[1].Value));
                Assert.True(File.Exists(target) || Directory.Exists(target), $"{file} links to {link.Groups[1].Value}, which is not there.");
            }
        }
    }

    [GeneratedRegex(@"`(?:[A-Z]\w+\.)?(?<class>[A-Z]\w*Tests|ScheduleProperties)\.(?<test>[A-Z]\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();
}
