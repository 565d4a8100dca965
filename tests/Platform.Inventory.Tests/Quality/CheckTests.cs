using System.Globalization;
using Platform.Inventory.Compare;
using Platform.Inventory.Errors;
using Platform.Inventory.Quality;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Workflows;

namespace Platform.Inventory.Tests.Quality;

/// <summary>Each kind of check, judged by the profile and by the rows: where both can tell, they say the same.</summary>
public sealed class CheckTests : InventoryTest
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, bool, string> Checks => new()
    {
        { """{"kind":"not_null","column":"id"}""", true, "all 200 rows have a value" },
        { """{"kind":"not_null","column":"note"}""", false, "100 of 200" },
        { """{"kind":"not_null","column":"note","max_share":0.5}""", true, "100 of 200" },
        { """{"kind":"unique","column":"id"}""", true, "200" },
        { """{"kind":"unique","column":"state"}""", false, "198 of 200 values of state repeat an earlier one" },
        { """{"kind":"unique","columns":["state","id"]}""", true, "200" },
        { """{"kind":"unique","column":"note"}""", false, "99 of 100" },
        { """{"kind":"range","column":"price","min":0}""", true, "" },
        { """{"kind":"range","column":"price","min":5}""", false, "" },
        { """{"kind":"range","column":"price","min":5,"max_share":0.5}""", true, "of 200" },
        { """{"kind":"range","column":"day","earliest":"2025-12-01","latest":"2025-12-31"}""", true, "" },
        { """{"kind":"range","column":"day","latest":"2025-12-10"}""", false, "" },
        { """{"kind":"set","column":"state","values":["NEW","DONE"]}""", true, "200" },
        { """{"kind":"set","column":"state","values":["NEW"]}""", false, "DONE" },
        { """{"kind":"pattern","column":"code","pattern":"[A-Z]-[0-9]+"}""", true, "200" },
        { """{"kind":"pattern","column":"code","pattern":"[A-Z]-[0-9]{3}"}""", false, "of 200" },
        { """{"kind":"volume","min":100}""", true, "200 rows" },
        { """{"kind":"volume","max":100}""", false, "200 rows" },
        { """{"kind":"growth","min":-10}""", true, "nothing to compare" },
        { """{"kind":"freshness","column":"day","max_age":"48h"}""", true, "2025-12-31" },
        { """{"kind":"freshness","column":"day","max_age":"3h"}""", false, "2025-12-31" },
        { """{"kind":"schema","schema":{"id":"","price":""}}""", true, "columns as expected" },
        { """{"kind":"schema","schema":{"id":"","colour":""}}""", false, "colour is missing" },
        { """{"kind":"schema","schema":{"id":""},"allow_more":false}""", false, "price is new" },
        { """{"kind":"drift","column":"price","max":0.1}""", true, "nothing to compare" },
    };

    [Fact]
    public void What_cannot_be_read_or_has_no_columns_has_no_score()
    {
        var (snapshot, asset) = Shop();
        var profile = snapshot.Profiles[asset.Key];
        Assert.NotNull(QualityScore.Of(asset, profile, [], [], null)[0].Overall);
        foreach (var score in new[]
        {
            QualityScore.Of(asset with { Condition = AssetCondition.Broken }, profile, [], [], 1),
            QualityScore.Of(asset, profile with { Failure = "permission denied" }, [], [], 1),
            QualityScore.Of(asset, profile with { Columns = [] }, [], [], 1),
        })
            Assert.Null(Assert.Single(score).Overall);
    }

    [Fact]
    public void Scores_count_what_the_night_found_and_say_it()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        string[] cities = ["Hamburg", "Rotterdam", "Marseille"];
        var lines = Enumerable.Range(0, 300).Select(i => $"C{i:00000},{cities[i % 3]},{(i == 9 ? "2031-05-02" : $"19{50 + i % 40}-0{1 + i % 9}-1{i % 10}")}\n").ToList();
        Write("people/customers.csv", "customer_id,city,birth_date\n" + string.Concat(lines) + string.Concat(lines.Take(4)));
        var snapshot = Take();
        var asset = snapshot.Assets.Single(one => one.Key.EndsWith("customers.csv", StringComparison.Ordinal));
        var profile = snapshot.Profiles[asset.Key];
        profile = profile with { Verdicts = [.. profile.Columns.Select((column, at) => profile.Verdicts[at] with { Type = column.Name == "birth_date" ? "date_of_birth" : profile.Verdicts[at].Type })] };
        var look = new CellLook { Asset = asset.Key, Rows = 304, Looked = 304, Problems = [new CellProblem { Column = "city", Cause = CellCause.Misspelt, Cells = 3, Score = 0.9, Examples = [] }] };
        var scores = QualityScore.Of(asset, profile, [], [], null, look, now);
        var of = scores.ToDictionary(score => score.Column ?? "");
        Assert.Contains(of["city"].Parts, part => part is { Dimension: Dimension.Validity, What: "3 cells are misspelt", WhatZh: "3 个单元格拼写错误" } && part.Score is > 0.98 and < 1);
        Assert.Contains(of["birth_date"].Parts, part => part.Dimension == Dimension.Validity && part.What.Contains("1 or more are still to come, up to 2031", StringComparison.Ordinal));
        Assert.Contains(of["customer_id"].Parts, part => part.Dimension == Dimension.Uniqueness && part.What.Contains("4 repeat", StringComparison.Ordinal));
        Assert.Contains(of[""].Parts, part => part.Dimension == Dimension.Uniqueness && part.What.Contains("(4 do)", StringComparison.Ordinal));
        Assert.InRange(of[""].Uniqueness!.Value, 0.98, 0.999);
        Assert.True(of[""].Validity < 1 && of[""].Overall < 1);
        Assert.Contains(of[""].Parts, part => part.Dimension == Dimension.Validity && part.What.Contains("the lowest, city: 3 cells are misspelt", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("critical", 0.5)]
    [InlineData("warning", 0.8)]
    public void A_failing_check_limits_the_scores_of_its_column_of_the_asset_and_the_mean_by_its_severity(string severity, double most)
    {
        var (snapshot, asset) = Shop();
        var profile = snapshot.Profiles[asset.Key];
        var check = new CheckDefinition { Kind = "range", Column = "price", Max = 9, Severity = severity };
        var scores = QualityScore.Of(asset, profile, [], [(check, new CheckOutcome(false, Told.Same("1 of 200"), Told.Same("at most 9"), 1, 200))], null);
        Assert.Equal((most, most, most), (scores[0].Validity, scores[0].Overall, scores.Single(score => score.Column == "price").Validity));
        Assert.Contains(scores[0].Parts, part => part.Limits && part.What.Contains($"fails: {100 * most:0} % at most", StringComparison.Ordinal));
        Assert.DoesNotContain(QualityScore.Of(asset, profile, [], [(check, new CheckOutcome(true, Told.Same(""), Told.Same(""), 0, 200))], null)[0].Parts, part => part.Limits);
    }

    [Theory]
    [MemberData(nameof(Checks))]
    public void A_check_holds_or_says_what_breaks_it(string json, bool holds, string observed)
    {
        var check = Read(json);
        var (snapshot, asset) = Shop();
        var byProfile = ProfileChecks.Judge(check, new CheckSubject(asset, snapshot.Profiles[asset.Key], snapshot.Relations, null, null, Now));
        if (byProfile is not null)
        {
            Assert.True(byProfile.Passed == holds, byProfile.Observed.En);
            Assert.Contains(observed, byProfile.Observed.En, StringComparison.Ordinal);
        }
        if (check.Kind is "growth" or "drift")
            return;
        var byRows = new RowChecks(Store, _ => null).Judge(check, asset, Now, default);
        Assert.True(byRows.Passed == holds, $"{byRows.Observed}; expected {byRows.Expected}");
        Assert.Contains(observed, byRows.Observed.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind":"not_null","column":"id"}""", true)]
    [InlineData("""{"kind":"unique","column":"id"}""", true)]
    [InlineData("""{"kind":"range","column":"id","min":0}""", true)]
    [InlineData("""{"kind":"set","column":"id","values":["1"]}""", true)]
    [InlineData("""{"kind":"volume","max":10}""", false)]
    [InlineData("""{"kind":"freshness","column":"at","max_age":"1d"}""", false)]
    [InlineData("""{"kind":"sql","sql":"select * from {table} where id < 0"}""", true)]
    public void An_empty_table_breaks_volume_and_freshness_and_nothing_else(string json, bool holds)
    {
        Table("select 1 as id, timestamptz '2026-01-01' as at where false");
        var outcome = new RowChecks(Store, _ => null).Judge(Read(json), TableName.Parse("raw.t"), null, Now, default);
        Assert.True(outcome.Passed == holds, outcome.Observed.En);
    }

    [Theory]
    [InlineData("select * from {table} where id > 2", false, "1 row: 3, ")]
    [InlineData("select * from {table} where id > 3", true, "no row")]
    [InlineData("select * from raw.t a join {table} b using (id) where a.id <> b.id", true, "no row")]
    [InlineData("select nothing from {table}", false, "could not be checked")]
    [InlineData("select * from raw.missing", false, "could not be checked")]
    [InlineData("select * from '/etc/passwd'", false, "could not be checked")]
    [InlineData("create table x as select 1", false, "could not be checked")]
    [InlineData("select 1); delete from raw.t; select (1", false, "could not be checked")]
    [InlineData("copy (select 1) to '/tmp/x'", false, "could not be checked")]
    public void A_query_of_a_person_reads_the_rows_and_does_nothing_else(string sql, bool holds, string observed)
    {
        Table("select i as id, timestamptz '2026-01-01' as at from range(1, 4) t(i)");
        var outcome = new RowChecks(Store, _ => null).Judge(new CheckDefinition { Kind = "sql", Sql = sql }, TableName.Parse("raw.t"), null, Now, default);
        Assert.True(outcome.Passed == holds, outcome.Observed.En);
        Assert.StartsWith(observed, outcome.Observed.En, StringComparison.Ordinal);
        Assert.Equal(3, Store.Snapshot(TableName.Parse("raw.t")).Rows);
    }

    [Fact]
    public void A_query_that_takes_too_long_is_stopped()
    {
        Table("select 1 as id");
        var outcome = new RowChecks(Store, _ => null, TimeSpan.FromMilliseconds(100)).Judge(new CheckDefinition { Kind = "sql", Sql = "select * from range(100000000000) a(i) where hash(i) = 7" }, TableName.Parse("raw.t"), null, Now, default);
        Assert.False(outcome.Passed);
        Assert.Contains("longer than", outcome.Observed.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lines.jsonl", """{"kind":"unique","column":"no"}""", true, "all 60 values")]
    [InlineData("lines.jsonl", """{"kind":"range","column":"who.age","max":40}""", false, "of 60")]
    [InlineData("lines.jsonl", """{"kind":"set","column":"state","values":["NEW"]}""", false, "30 of 60 values do not fit: DONE")]
    [InlineData("lines.jsonl", """{"kind":"pattern","column":"who.mail","pattern":"p[0-9]+@example[.]com"}""", true, "all 60 values")]
    [InlineData("lines.jsonl", """{"kind":"reference","column":"who.name","reference_asset":"names.json","reference_column":"key"}""", false, "20 of 60")]
    [InlineData("lines.jsonl", """{"kind":"sql","sql":"select * from {table} where \"who.age\"::int > 49"}""", false, "6 rows")]
    [InlineData("lines.jsonl", """{"kind":"sql","sql":"select nothing from {table}"}""", false, "could not be checked")]
    [InlineData("array.json", """{"kind":"not_null","column":"b"}""", false, "10 of 40")]
    [InlineData("array.json", """{"kind":"unique","columns":["a","b"]}""", true, "all 30 values")]
    [InlineData("names.json", """{"kind":"pattern","column":"value","pattern":"[0-9]+"}""", true, "all 40 values")]
    [InlineData("latin1.csv", """{"kind":"pattern","column":"city","pattern":"(München|Köln)"}""", true, "all 40 values")]
    public void Rows_of_JSON_and_of_other_encodings_are_checked_as_the_profile_names_their_columns(string file, string json, bool holds, string observed)
    {
        Write("lines.jsonl", string.Concat(Enumerable.Range(0, 60).Select(i => $"{{\"no\": {i}, \"state\": \"{(i % 2 == 0 ? "NEW" : "DONE")}\", \"who\": {{\"name\": \"n{i}\", \"age\": {20 + i % 36}, \"mail\": \"p{i}@example.com\"}}}}\n")) + "no json at all\n");
        Write("array.json", $"[{string.Join(",\n", Enumerable.Range(0, 40).Select(i => $"{{\"a\": {i}, \"b\": {(i % 4 == 0 ? "null" : $"\"x{i}\"")}}}"))}]");
        Write("names.json", $"{{{string.Join(",\n", Enumerable.Range(0, 40).Select(i => $"\"n{i}\": {i}"))}}}");
        Write("latin1.csv", "no,city\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{(i % 2 == 0 ? "München" : "Köln")}\n")), System.Text.Encoding.Latin1);
        var snapshot = Take();
        var assets = snapshot.Assets.ToDictionary(asset => asset.Key);
        FoundAsset Named(string name) => assets.Values.Single(asset => asset.Name.EndsWith(name, StringComparison.Ordinal));
        var check = Read(json);
        check = check.ReferenceAsset is { } other ? check with { ReferenceAsset = Named(other).Key } : check;
        var outcome = new RowChecks(Store, assets.GetValueOrDefault, columns: key => [.. snapshot.Profiles[key].Columns.Select(column => column.Name)]).Judge(check, Named(file), Now, default);
        Assert.True(outcome.Passed == holds, outcome.Observed.En);
        Assert.Contains(observed, outcome.Observed.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_is_looked_for_in_another_asset_and_a_missing_one_is_said()
    {
        Write("shop/customers.csv", "id,name\n" + string.Concat(Enumerable.Range(1, 50).Select(i => $"{i},n{i}\n")));
        Write("shop/orders.csv", "no,customer\n" + string.Concat(Enumerable.Range(1, 100).Select(i => $"{i},{(i == 7 ? 99 : 1 + (i % 50))}.0\n")));
        var snapshot = Take();
        var assets = snapshot.Assets.ToDictionary(asset => asset.Key);
        var orders = assets.Values.Single(asset => asset.Name.EndsWith("orders.csv", StringComparison.Ordinal));
        var customers = assets.Values.Single(asset => asset.Name.EndsWith("customers.csv", StringComparison.Ordinal));
        var rows = new RowChecks(Store, assets.GetValueOrDefault);
        var outcome = rows.Judge(new CheckDefinition { Kind = "reference", Column = "customer", ReferenceAsset = customers.Key, ReferenceColumn = "id" }, orders, Now, default);
        Assert.Equal((false, 1L, 100L), (outcome.Passed, outcome.Broken, outcome.Looked));
        Assert.Contains("99", outcome.Observed.En, StringComparison.Ordinal);
        Assert.Contains("there is no 'raw.nobody' to refer to", rows.Judge(new CheckDefinition { Kind = "reference", Column = "customer", ReferenceAsset = "raw.nobody" }, orders, Now, default).Observed.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("psi", 0.25, false)]
    [InlineData("ks", 0.2, false)]
    [InlineData("js", 0.2, false)]
    [InlineData("wasserstein", 0.5, false)]
    [InlineData("psi", 100, true)]
    public void Drift_between_two_versions_is_measured_by_rows_and_by_profiles(string measure, double max, bool holds)
    {
        Table("select i as id, (i % 100)::double as price from range(1000) t(i)");
        Table("select i as id, ((i % 100) * 3)::double as price from range(1000) t(i)");
        var check = new CheckDefinition { Kind = "drift", Column = "price", Measure = measure, Max = max };
        var byRows = new RowChecks(Store, _ => null).Judge(check, TableName.Parse("raw.t"), null, Now, default);
        Assert.True(byRows.Passed == holds, byRows.Observed.En);

        Write("a/x.csv", "price\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i % 100}.5\n")));
        var before = Take();
        Write("a/x.csv", "price\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(i % 100) * 3}.5\n"))));
        File.SetLastWriteTimeUtc(Data.File("a/x.csv"), new DateTime(2026, 1, 1, 1, 0, 0, DateTimeKind.Utc));
        var now = Take();
        var asset = Assert.Single(now.Assets);
        var byProfile = ProfileChecks.Judge(check, new CheckSubject(asset, now.Profiles[asset.Key], [], before.Profiles[asset.Key], null, Now))!;
        Assert.True(byProfile.Passed == holds, byProfile.Observed.En);
    }

    [Fact]
    public void The_same_values_do_not_drift()
    {
        var (snapshot, asset) = Shop();
        foreach (var column in snapshot.Profiles[asset.Key].Columns.Where(column => column.Values > 0))
        {
            if (VersionDrift.Of(column, column) is { } drift)
                Assert.Equal((0d, 0d, 0d, 0d), (Math.Round(drift.PopulationStability, 9), Math.Round(drift.JensenShannon, 6), Math.Round(drift.KolmogorovSmirnov ?? 0, 9), Math.Round(drift.Wasserstein ?? 0, 9)));
        }
    }

    [Fact]
    public void Suggestions_hold_over_the_history_and_are_worth_an_alarm()
    {
        var (snapshot, asset) = Shop();
        var profile = snapshot.Profiles[asset.Key];
        var relation = new Platform.Inventory.Relate.Relation { FromAsset = asset.Key, FromColumn = "id", ToAsset = "raw.items", ToColumn = "item", Confidence = 0.95 };
        var found = CheckSuggestions.Of(asset, profile, [relation], [], Now);
        Assert.Contains(found, one => one.Check is { Kind: "reference", Column: "id", ReferenceAsset: "raw.items", ReferenceColumn: "item" });
        Assert.Contains(found, one => one.Check is { Kind: "set", Column: "state" } && one.Check.Values!.SequenceEqual(["DONE", "NEW"]));
        // Half of the notes are missing, and their one value is no list.
        Assert.DoesNotContain(found, one => one.Check.Column == "note");
        Assert.All(found, one => Assert.Empty(one.Check.Problems([.. profile.Columns.Select(column => column.Name)])));
        Assert.DoesNotContain(CheckSuggestions.Of(asset, profile, [relation with { MissingRows = 1 }], [], Now), one => one.Check.Kind == "reference");

        // Another state stood there the night before.
        var before = profile with { Fingerprint = "before", Columns = [.. profile.Columns.Select(column => column.Name == "state" ? column with { Frequent = [new("NEW", 100), new("LOST", 100)] } : column)] };
        Assert.DoesNotContain(CheckSuggestions.Of(asset, profile, [], [before], Now), one => one.Check.Kind == "set");
        Assert.Empty(CheckSuggestions.Of(asset, profile with { Rows = 50 }, [relation], [], Now));
    }

    [Fact]
    public void Growth_compares_with_the_last_time()
    {
        var (snapshot, asset) = Shop();
        var subject = new CheckSubject(asset, snapshot.Profiles[asset.Key], [], null, 100, Now);
        Assert.True(ProfileChecks.Judge(new CheckDefinition { Kind = "growth", Min = 0, Max = 100 }, subject)!.Passed);
        var broken = ProfileChecks.Judge(new CheckDefinition { Kind = "growth", Max = 50 }, subject)!;
        Assert.Equal((false, "200 rows after 100, +100.0 %"), (broken.Passed, broken.Observed.En));
    }

    private static CheckDefinition Read(string json) => CheckDefinition.Read(System.Text.Json.JsonDocument.Parse(json).RootElement);

    private (InventorySnapshot Snapshot, FoundAsset Asset) Shop()
    {
        Write("orders.csv", "id,price,state,code,note,day\n" + string.Concat(Enumerable.Range(1, 200).Select(i => $"{i},{(i % 10)}.25,{(i % 2 == 0 ? "NEW" : "DONE")},A-{i},{(i % 2 == 0 ? "same" : "")},2025-12-{1 + (i % 31):00}\n")));
        var snapshot = Take();
        return (snapshot, Assert.Single(snapshot.Assets));
    }

    private void Table(string sql)
    {
        using var session = Store.OpenSession();
        session.Write(new TableWrite { Table = TableName.Parse("raw.t"), Mode = WriteMode.Replace, SelectSql = sql, Transaction = new TableTransaction($"t{Guid.NewGuid():N}", 1) });
    }
}
