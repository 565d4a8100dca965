using System.Xml.Linq;

namespace Platform.Server.Tests.House;

/// <summary>Holds the arrows between the rooms to the table of the architecture.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Platform.Workflows"] = [],
        ["Platform.Postgres"] = ["Platform.Workflows"],
        ["Platform.Tables"] = [],
        ["Platform.Learning"] = ["Platform.Tables", "Microsoft.ML.OnnxRuntime"],
        ["Platform.Inventory"] = ["Platform.Workflows", "Platform.Tables", "Platform.Learning"],
        ["Platform.Catalog"] = ["Platform.Workflows", "Platform.Postgres"],
        ["Platform.Engine"] = ["Platform.Workflows", "Platform.Postgres"],
        ["Platform.Activities"] = ["Platform.Workflows", "Platform.Tables", "Platform.Learning", "Platform.Inventory", "Platform.Catalog"],
        ["Platform.Designer"] = ["Platform.Workflows", "Platform.Engine", "Platform.Catalog"],
        ["Platform.Server"] = ["Platform.Workflows", "Platform.Postgres", "Platform.Tables", "Platform.Learning", "Platform.Inventory", "Platform.Catalog", "Platform.Engine", "Platform.Activities", "Platform.Designer"],
        ["Microsoft.ML.OnnxRuntime"] = [],
    };

    private static readonly string Root = FindRoot();

    [Fact]
    public void Every_room_refers_only_to_the_rooms_below_it()
    {
        var broken = new List<string>();
        foreach (var (room, file) in Rooms())
        {
            if (!Allowed.TryGetValue(room, out var allowed))
            {
                broken.Add($"{room} is not in the table of rooms. A project exists only to forbid an arrow or to confine a dependency.");
                continue;
            }
            foreach (var target in XDocument.Load(file).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/'))))
                if (!allowed.Contains(target))
                    broken.Add($"{room} refers to {target}, which the architecture forbids.");
        }
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_room_of_the_table_is_there() =>
        Assert.Empty(Allowed.Keys.Except(Rooms().Select(r => r.Room)));

    /// <summary>Project references are transitive, so a source could use a room that its project may not name.</summary>
    [Fact]
    public void No_source_uses_the_namespace_of_a_room_that_it_may_not_use()
    {
        var broken = new List<string>();
        foreach (var (room, file) in Rooms().Where(r => r.Room.StartsWith("Platform.", StringComparison.Ordinal)))
        {
            var forbidden = Allowed.Keys.Except(Allowed[room]).Where(r => r != room).ToArray();
            foreach (var source in Sources(Path.GetDirectoryName(file)!))
                foreach (var line in File.ReadLines(source))
                {
                    var text = line.Trim();
                    if (!text.StartsWith("using ", StringComparison.Ordinal) && !text.StartsWith("@using ", StringComparison.Ordinal))
                        continue;
                    foreach (var other in forbidden)
                        if (text.Contains(other + ".", StringComparison.Ordinal) || text.Contains(other + ";", StringComparison.Ordinal) || text.EndsWith(other, StringComparison.Ordinal))
                            broken.Add($"{Path.GetRelativePath(Root, source)}: {text}");
                }
        }
        Assert.Empty(broken);
    }

    [Fact]
    public void Only_the_confining_room_names_a_confined_dependency()
    {
        var homes = new Dictionary<string, string[]>
        {
            ["YamlDotNet"] = ["Platform.Workflows"],
            ["Dapper"] = ["Platform.Postgres"],
            ["Npgsql"] = ["Platform.Postgres", "Platform.Tables"],
            ["AWSSDK.S3"] = ["Platform.Tables"],
            ["System.CommandLine"] = ["Platform.Server"],
            ["OpenTelemetry"] = ["Platform.Server"],
            ["OpenTelemetry.Exporter.OpenTelemetryProtocol"] = ["Platform.Server"],
        };
        var broken = from room in Rooms()
                     from package in XDocument.Load(room.File).Descendants("PackageReference").Select(p => (string)p.Attribute("Include")!)
                     where homes.TryGetValue(package, out var allowed) && !allowed.Contains(room.Room)
                     select $"{room.Room} names {package}.";
        Assert.Empty(broken);
    }

    private static IEnumerable<(string Room, string File)> Rooms() =>
        Directory.EnumerateDirectories(Root, "Platform.*").Append(Path.Combine(Root, "external", "Microsoft.ML.OnnxRuntime"))
            .SelectMany(d => Directory.EnumerateFiles(d, "*.csproj"))
            .Select(f => (Path.GetFileNameWithoutExtension(f), f));

    private static IEnumerable<string> Sources(string folder) =>
        new[] { "*.cs", "*.razor" }.SelectMany(p => Directory.EnumerateFiles(folder, p, SearchOption.AllDirectories))
            .Where(f => !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/node_modules/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Platform.sln was not found above the test's folder.");
    }
}
