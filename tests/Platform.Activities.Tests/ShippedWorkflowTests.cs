using Platform.Testing;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Activities.Tests;

public sealed class ShippedWorkflowTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Repository.PathOf("workflows"), "*.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_workflow_that_ships_has_no_problem(string file)
    {
        var document = WorkflowReader.Read(File.ReadAllText(Repository.PathOf("workflows", file)), ActivityCatalog.FromAssemblies(typeof(Workspace).Assembly));
        Assert.Empty(document.Problems.Select(problem => $"{problem.Line}:{problem.Column} {problem.Message}"));
    }
}
