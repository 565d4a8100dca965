using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Tests.Classify;

/// <summary>What people say of a column is used for others like it.</summary>
public class LearnedTests : InventoryTest
{
    [Fact]
    public void A_correction_is_applied_to_the_same_column_elsewhere_and_says_so()
    {
        var corrected = Judge("prg_kz", Codes(1, 80));
        Assert.NotEqual("sku", corrected.Type);
        var people = new JudgedByPeople([new TypeExample("raw.programmes", "prg_kz", corrected.Signature!, TableJudge.Version, "sku", false, "ann")]);
        var elsewhere = Judge("PRG_KZ", Codes(2, 120), people);
        Assert.Equal(("sku", TableJudge.LearnedRule), (elsewhere.Type, elsewhere.Evidence.Rule));
        Assert.Contains("ann said that 'prg_kz' of raw.programmes is sku", elsewhere.Evidence.Note, StringComparison.Ordinal);

        // Another name, other values: nothing is learned of it.
        var emails = Judge("mail", [.. Enumerable.Range(0, 50).Select(i => $"user{i}@example.com")], people);
        Assert.Equal(("email", "email-format"), (emails.Type, emails.Evidence.Rule));
        Assert.NotEqual("sku", Judge("remarks", [.. Enumerable.Range(0, 50).Select(i => $"The parcel {i} was left at the door of the neighbour, please call.")], people).Type);
    }

    [Fact]
    public void A_rejected_judgement_is_not_repeated_for_a_column_like_it()
    {
        var before = Judge("grade", [.. Enumerable.Range(0, 90).Select(i => $"{1 + (i % 5)}")]);
        var people = new JudgedByPeople([new TypeExample("raw.a", "grade", before.Signature!, TableJudge.Version, before.Type, true, "bo")]);
        var after = Judge("grade", [.. Enumerable.Range(0, 70).Select(i => $"{1 + (i * 2 % 5)}")], people);
        Assert.NotEqual(before.Type, after.Type);
        Assert.Contains($"is no {before.Type}", after.Evidence.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_of_another_model_or_of_unknown_types_say_nothing()
    {
        var signature = Judge("prg_kz", Codes(1, 80)).Signature!;
        foreach (var example in new[] { new TypeExample("a", "prg_kz", signature, TableJudge.Version - 1, "sku", false, null), new TypeExample("a", "prg_kz", signature, TableJudge.Version, "no_such_type", false, null), new TypeExample("a", "prg_kz", [], TableJudge.Version, "sku", false, null) })
            Assert.NotEqual(TableJudge.LearnedRule, Judge("prg_kz", Codes(1, 80), new JudgedByPeople([example])).Evidence.Rule);
        Assert.Equal("", new JudgedByPeople([]).Version);
    }

    [Fact]
    public void What_people_said_re_judges_from_kept_samples_without_reading_the_data()
    {
        var path = Write("programmes.csv", "prg_kz,plain\n" + string.Join('\n', Codes(1, 80).Select((code, i) => $"{code},{i}")));
        var cache = new InventoryCache(Path.Combine(Home, "cache"));
        var assets = new InventoryScanner(Store, cache, TimeProvider.System).Scan([Data.Path], [], [], default)[0].Assets;
        var before = new AssetProfiler(Store, cache).Profile(assets, null, default)[0];
        var example = new TypeExample("raw.other", "prg_kz", before.Verdicts[0].Signature!, TableJudge.Version, "sku", false, "ann");

        File.Delete(path);
        Directory.Delete(Path.Combine(Home, "cache", "states"), recursive: true);
        var after = new AssetProfiler(Store, cache, people: new JudgedByPeople([example])).Profile(assets, null, default)[0];
        Assert.Null(after.Failure);
        Assert.Equal(("sku", before.Verdicts[1].Type, before.Rows), (after.Verdicts[0].Type, after.Verdicts[1].Type, after.Rows));

        // Undone, it is as before: the same samples give the same verdict.
        var undone = new AssetProfiler(Store, cache).Profile(assets, null, default)[0];
        Assert.Equal((before.Verdicts[0].Type, before.Verdicts[0].Confidence), (undone.Verdicts[0].Type, undone.Verdicts[0].Confidence));
    }

    private static string[] Codes(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => $"{(char)random.Next('A', 'F')}{random.Next(10, 99)}/{random.Next(1000, 9999)}")];
    }

    private static ColumnVerdict Judge(string name, string[] values, JudgedByPeople? people = null)
    {
        var state = new ColumnState(name);
        foreach (var value in values)
            state.AddCell(Encoding.UTF8.GetBytes(value));
        return TableJudge.Judge("table", [state], [ColumnProfile.From(state)], people).Verdicts[0];
    }
}
