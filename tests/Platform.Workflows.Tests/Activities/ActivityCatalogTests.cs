using Platform.Workflows.Activities;

namespace Platform.Workflows.Tests.Activities;

public class ActivityCatalogTests
{
    [Fact]
    public void Fields_come_with_names_kinds_defaults_and_options()
    {
        var activity = ActivityCatalog.Empty.WithTypes(typeof(KitchenActivity)).Get("test.kitchen");
        var fields = activity.Fields.ToDictionary(f => f.Name);

        Assert.Equal(16, fields.Count);
        Assert.True(fields["path"].Required);
        Assert.True(fields["path"].NotEmpty);
        Assert.Equal("replace-interval", fields["mode"].Default!.ToString());
        Assert.Equal(["append", "replace-interval"], fields["mode"].Options);
        Assert.Equal((1, 10), (fields["tries"].Min, fields["tries"].Max));
        Assert.Null(fields["limit"].Default);
        Assert.Equal("5m", fields["pause"].Default!.ToString());
        Assert.Equal(FieldKind.Choice, fields["encoding"].Kind);
        Assert.Equal(FieldKind.Duration, fields["pause"].Kind);
        Assert.Equal(FieldKind.List, fields["columns"].Kind);
        Assert.Equal(FieldKind.Map, fields["weights"].Kind);
        Assert.Equal(["column", "kind", "limit", "words"], fields["rules"].ElementFields.Select(f => f.Name));
        Assert.Equal([true, true, false, false], fields["rules"].ElementFields.Select(f => f.Required));
        Assert.Equal(["rows:integer", "partitions:list", "changed:boolean"], activity.Outputs.Select(o => $"{o.Name}:{o.Kind}"));
    }

    [Fact]
    public void Every_broken_class_is_named_at_once()
    {
        var failure = Assert.Throws<ActivityCatalogException>(() =>
            ActivityCatalog.Empty.WithTypes(typeof(OddActivity), typeof(GreetActivity), typeof(GreetAgainActivity), typeof(NoActivity)));

        Assert.Contains(failure.Errors, e => e.Contains("OddActivity.Stream", StringComparison.Ordinal) && e.Contains("cannot write", StringComparison.Ordinal));
        Assert.Contains(failure.Errors, e => e.Contains("OddActivity.ReadOnly", StringComparison.Ordinal) && e.Contains("cannot be set", StringComparison.Ordinal));
        Assert.Contains(failure.Errors, e => e.Contains("Two classes are activity 'test.greet'", StringComparison.Ordinal));
        Assert.Contains(failure.Errors, e => e.Contains("bad name", StringComparison.Ordinal));
        Assert.Contains(failure.Errors, e => e.Contains("does not implement IActivity", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_name_gets_the_nearest_one()
    {
        var catalog = ActivityCatalog.Empty.WithTypes(typeof(GreetActivity));

        Assert.Contains("Did you mean 'test.greet'?", Assert.Throws<ActivityCatalogException>(() => catalog.Get("test.great")).Message, StringComparison.Ordinal);
        Assert.Null(catalog.Find("test.great"));
    }

    [Fact]
    public void A_file_that_is_no_library_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("activities");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "broken.dll"), "not a library");
            var failure = Assert.Throws<ActivityCatalogException>(() => ActivityCatalog.Empty.LoadFolder(folder.FullName));
            Assert.Contains("broken.dll", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_missing_or_empty_folder_says_what_to_do()
    {
        var folder = Directory.CreateTempSubdirectory("activities");
        Assert.Contains("no class library", Assert.Throws<ActivityCatalogException>(() => ActivityCatalog.Empty.LoadFolder(folder.FullName)).Message, StringComparison.Ordinal);
        folder.Delete();
        Assert.Contains("There is no folder", Assert.Throws<ActivityCatalogException>(() => ActivityCatalog.Empty.LoadFolder(folder.FullName)).Message, StringComparison.Ordinal);
    }
}
