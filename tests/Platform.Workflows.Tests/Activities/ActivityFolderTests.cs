using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Workflows.Tests.Activities;

public class ActivityFolderTests
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "samples", "HelloActivity");

    [Fact]
    public async Task A_ten_line_library_is_loaded_from_a_folder_and_runs()
    {
        var catalog = ActivityCatalog.Empty.WithTypes(typeof(GreetActivity)).LoadFolder(Sample);

        var hello = catalog.Get("sample.hello");
        Assert.Equal(("HelloActivity", "name", "text"), (hello.Source, Assert.Single(hello.Fields).Name, Assert.Single(hello.Outputs).Name));
        Assert.NotNull(catalog.Find("test.greet"));
        // The library runs against the platform's own contract, not against a copy beside it.
        Assert.True(typeof(IActivity).IsAssignableFrom(hello.Type));
        Assert.Null(Type.GetType(hello.Type.AssemblyQualifiedName!));

        var activity = ActivityBinder.Create(hello, new Services(), new JsonObject { ["name"] = "Ann" });
        var result = await activity.RunAsync(new ActivityContext { RunId = 1, Workflow = "w", TaskId = "t", Log = new Silence(), Secrets = new Silence() }, CancellationToken.None);
        Assert.Equal("Greeting { Text = Hello, Ann! }", result.Outputs!.ToString());
    }

    [Fact]
    public void Build_output_with_copies_of_the_platform_and_native_libraries_is_fine()
    {
        var folder = Directory.CreateTempSubdirectory("activities");
        try
        {
            File.Copy(Path.Combine(Sample, "HelloActivity.dll"), Path.Combine(folder.FullName, "HelloActivity.dll"));
            foreach (var copy in new[] { typeof(IActivity).Assembly.Location, typeof(YamlDotNet.Core.Parser).Assembly.Location })
                File.Copy(copy, Path.Combine(folder.FullName, Path.GetFileName(copy)));
            File.WriteAllText(Path.Combine(folder.FullName, "HelloActivity.deps.json"), "{}");

            Assert.Equal(["sample.hello"], ActivityCatalog.Empty.LoadFolder(folder.FullName).All.Select(a => a.Name));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_library_that_brings_a_known_name_is_refused()
    {
        var catalog = ActivityCatalog.Empty.LoadFolder(Sample);
        Assert.Contains("Two classes are activity 'sample.hello'", Assert.Throws<ActivityCatalogException>(() => catalog.LoadFolder(Sample)).Message, StringComparison.Ordinal);
    }

    private sealed class Silence : ITaskLog, ISecrets
    {
        public void Write(TaskLogLevel level, string message)
        {
        }

        public ValueTask<string> GetAsync(string name, CancellationToken cancellationToken) => throw new SecretNotFoundException(name);
    }
}
