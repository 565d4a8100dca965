using System.Text.Json.Nodes;
using Platform.Activities.Score;
using Platform.Activities.Tests.Train;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Score;

public sealed class ScoreBatchTests(PostgresFixture postgres) : ModelActivityTest(postgres)
{
    [Fact]
    public async Task Every_user_gets_as_many_ranked_items_as_asked_once()
    {
        await DeployedAsync();
        var with = new JsonObject { ["model"] = Model, ["table"] = "score.recommendations", ["count"] = 5 };

        var outputs = Outputs<ScoreBatchOutputs>(await Run("score.batch", (JsonObject)with.DeepClone(), Runs.Context("score")));
        var again = Outputs<ScoreBatchOutputs>(await Run("score.batch", with, Runs.Context("score")));

        Assert.Equal((60, 0, 300L, 1), (outputs.Users, outputs.UnknownUsers, outputs.Rows, outputs.ModelVersion));
        Assert.Equal(outputs.Version, again.Version);
        Assert.Equal(["user VARCHAR", "item VARCHAR", "rank INTEGER", "score DOUBLE"], ColumnsOf("score.recommendations"));
        Assert.Equal("300|60|1|5", One("""select count(*), count(distinct "user"), min(rank), max(rank) from score.recommendations"""));
        Assert.Equal("0", One("""select count(*) from (select score < lead(score) over (partition by "user" order by rank) as rises from score.recommendations) where rises"""));
        // Nine of ten items that a user took are of the group that the user's number gives.
        Assert.True(double.Parse(One("""select avg((item[2] = (substr("user", 2)::int % 4)::varchar)::int) from score.recommendations"""), System.Globalization.CultureInfo.InvariantCulture) > 0.8);
        Assert.Contains(Facts, fact => fact is AssetDerived { Asset: "score.recommendations" } derived && derived.FromAsset == $"model:{Model}");
        Assert.Contains(Facts, fact => fact is AssetRead { Kind: AssetKind.Model, Version: 1 });
    }

    [Fact]
    public async Task Users_of_a_table_are_ranked_for_and_strangers_get_what_is_popular()
    {
        await DeployedAsync();
        WriteTable("feature.wanted", "select * from (values ('u07'), ('stranger'), ('u07'), (null)) t(who)");

        var outputs = Outputs<ScoreBatchOutputs>(await Run("score.batch", new JsonObject { ["model"] = Model, ["table"] = "score.some", ["users"] = "feature.wanted", ["user_column"] = "who" }));

        Assert.Equal((2, 1, 20L), (outputs.Users, outputs.UnknownUsers, outputs.Rows));
        Assert.Equal(["stranger|10", "u07|10"], Rows("""select "user", count(*) from score.some group by 1 order by 1"""));
        Assert.Contains(Facts, fact => fact is ColumnsDerived { Asset: "score.some" });
    }

    [Fact]
    public async Task Rankings_of_each_interval_are_kept_when_asked()
    {
        await DeployedAsync();
        foreach (var day in new[] { 1, 2, 2 })
            await Run("score.batch", new JsonObject { ["model"] = Model, ["table"] = "score.daily", ["mode"] = "replace-interval", ["count"] = 1 }, Runs.Context("score", run: 10 + day, day: new DateOnly(2024, 2, day)));

        Assert.Equal(["2024-02-01 00:00:00|60", "2024-02-02 00:00:00|60"], Rows("select scored_for, count(*) from score.daily group by 1 order by 1"));
    }

    [Fact]
    public async Task Without_a_version_in_service_it_fails_or_skips_and_wrong_fields_are_named()
    {
        Assert.Contains("deploy.model", (await Fails("score.batch", new JsonObject { ["model"] = Model, ["table"] = "score.x" })).Message, StringComparison.Ordinal);
        Assert.Equal(ActivityOutcome.Skipped, (await Run("score.batch", new JsonObject { ["model"] = Model, ["table"] = "score.x", ["on_empty"] = "skip" })).Outcome);
        await DeployedAsync();
        Assert.Contains("no column 'user'", (await Fails("score.batch", new JsonObject { ["model"] = Model, ["table"] = "score.x", ["users"] = "score.y" }, WithTable("score.y"))).Message, StringComparison.Ordinal);
        Assert.Contains("no version 9", (await Fails("score.batch", new JsonObject { ["model"] = Model, ["table"] = "score.x", ["version"] = 9 })).Message, StringComparison.Ordinal);
        Assert.Contains("names the table", (await Fails("score.batch", new JsonObject { ["model"] = Model, ["table"] = "X" })).Message, StringComparison.Ordinal);
    }

    private ActivityContext WithTable(string table)
    {
        WriteTable(table, "select 1 as id");
        return Runs.Context("score");
    }

    private async Task DeployedAsync()
    {
        WriteInteractions();
        await TrainAsync();
        await Run("deploy.model", new JsonObject { ["model"] = Model });
    }
}
