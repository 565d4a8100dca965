using System.CommandLine;
using System.Text.RegularExpressions;
using Platform.Postgres.Secrets;
using Platform.Server.CommandLine;
using Platform.Testing;
using Platform.Workflows.Definition;

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

    [Fact]
    public void Every_workflow_that_a_document_shows_is_valid()
    {
        var activities = Rooms.ActivitiesOf(new PlatformOptions { Home = Path.GetTempPath() });
        var shown = 0;
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories).Append(Repository.PathOf("README.md")))
        {
            foreach (var yaml in Block().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value))
            {
                // One that shows an activity of its own is a workflow of another program.
                if (!Tasks().IsMatch(yaml) || yaml.Contains("activity: sample.", StringComparison.Ordinal))
                    continue;
                shown++;
                var whole = yaml.StartsWith("name:", StringComparison.Ordinal) ? yaml : $"name: shown\n{yaml}";
                var errors = WorkflowReader.Read(whole, activities).Problems.Where(p => p.Severity == ProblemSeverity.Error).Select(p => $"{p.TaskId} {p.Message}");
                Assert.True(!errors.Any(), $"{file} shows a workflow that is not valid: {string.Join(' ', errors)}\n{yaml}");
            }
        }
        Assert.True(shown >= 3, $"Only {shown} workflows are shown.");
    }

    [Fact]
    public void Every_command_that_a_document_or_a_message_names_exists_and_no_secret_stands_on_its_line()
    {
        var root = PlatformCommand.Build();
        var files = Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories).Append(Repository.PathOf("README.md"))
            .Concat(Directory.EnumerateDirectories(Repository.Root, "Platform.*").SelectMany(folder => Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
                .Where(f => (f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".resx", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal)) && !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))));
        var named = 0;
        foreach (var file in files)
        {
            foreach (Match line in CommandLines().Matches(File.ReadAllText(file)))
            {
                named++;
                var words = line.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Command command = root;
                var at = 0;
                while (at < words.Length && command.Subcommands.FirstOrDefault(c => c.Name == words[at]) is { } sub)
                    (command, at) = (sub, at + 1);
                // A word of a group that is no command, such as 'connection set'. What is written in capitals, braces or dots stands for something.
                if (at < words.Length && command.Subcommands.Count > 0 && Word().IsMatch(words[at]))
                    Assert.True(command == root && words[at] is "help", $"{file} names './platform {line.Groups[1].Value}', and there is no '{words[at]}'.");
                if (command.Name == "set" && words is ["connections", "set", _, var kindName, .. var fields] && ConnectionKinds.All.FirstOrDefault(k => k.Name == kindName) is { } kind)
                {
                    var secrets = kind.Fields.Where(f => f.Secret).Select(f => f.Name + "=").ToList();
                    Assert.True(!fields.Any(f => secrets.Any(secret => f.StartsWith(secret, StringComparison.Ordinal) && f != secret + "-")), $"{file} puts a secret on the command line, which is refused: {line.Value}");
                }
            }
        }
        Assert.True(named > 50, $"Only {named} commands are named.");
    }

    [GeneratedRegex(@"\./platform ([^\n`'<>""|&;()（）]*)")]
    private static partial Regex CommandLines();

    [GeneratedRegex("^[a-z][a-z-]+$")]
    private static partial Regex Word();

    [GeneratedRegex(@"```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^tasks:", RegexOptions.Multiline)]
    private static partial Regex Tasks();

    [GeneratedRegex(@"`(?:[A-Z]\w+\.)?(?<class>[A-Z]\w*Tests|ScheduleProperties)\.(?<test>[A-Z]\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();
}
