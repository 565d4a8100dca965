using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Catalog.Models;
using Platform.Learning.Serving;
using Platform.Tables;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Train;

/// <summary>Activities on models: with a registry in a real database, and interactions with planted groups.</summary>
public abstract class ModelActivityTest : ActivityTest, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private readonly PostgresFixture _postgres;
    private readonly ModelServer _server = new();

    protected ModelActivityTest(PostgresFixture postgres)
    {
        _postgres = postgres;
        Registry = new ModelRegistry(postgres.DataSource);
    }

    protected ModelRegistry Registry { get; }

    /// <summary>A model of the test's own; the tests of a class share a database.</summary>
    protected string Model { get; } = $"m-{Guid.NewGuid():N}";

    public Task InitializeAsync() => _postgres.MigrateAsync(typeof(ModelRegistry).Assembly);

    public Task DisposeAsync()
    {
        _server.Dispose();
        return Task.CompletedTask;
    }

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(ModelRegistry) ? Registry : serviceType == typeof(ModelServer) ? _server : base.GetService(serviceType);

    /// <summary>60 users in 4 groups over 40 days from 2024-01-01, who take items of their group nine times of ten, three a day.</summary>
    protected void WriteInteractions(string table = "feature.interactions", int rows = 4_000) => WriteTable(
        table,
        $"""
        select 'u' || lpad((i % 60)::varchar, 2, '0') as user_id,
               'g' || (case when hash(i) % 10 = 0 then hash(i * 7) % 4 else (i % 60) % 4 end) || '-' || (hash(i * 3) % 12) as item_id,
               timestamptz '2024-01-01 00:00:00Z' + to_seconds(i * 40 * 86400 // {rows}) as event_time,
               (1 + hash(i * 5) % 4)::double as weight
        from range({rows}) t(i)
        """);

    protected void WriteTable(string table, string select, Tables.WriteMode mode = WriteMode.Replace)
    {
        using var session = Tables.OpenSession();
        session.Write(new TableWrite { Table = TableName.Parse(table), Mode = mode, SelectSql = select, AllowNewColumns = true });
    }

    private protected Task<ActivityResult> TrainAsync(long run = 1, string table = "feature.interactions") =>
        Run("train.recommender", new JsonObject { ["table"] = table, ["model"] = Model }, Runs.Context("train", run));

    /// <summary>Registers a version with files of a trained one and metrics of its own: HIT@10 over popularity, or nothing measured.</summary>
    protected async Task<ModelVersionRow> RegisterAsync(double? lift, double half = 0.05)
    {
        var from = (await Registry.FindAsync(Model, 1, default))!.Location;
        var metrics = lift is { } value
            ? new Dictionary<string, double> { ["hit_over_popularity"] = value, ["hit_over_popularity_low"] = value - half, ["hit_over_popularity_high"] = value + half }
            : [];
        var version = await Registry.RegisterAsync(
            new NewModelVersion { Model = Model, Learner = "blend", Metrics = JsonSerializer.SerializeToElement(metrics), Parameters = JsonSerializer.SerializeToElement(new { }), TrainedOn = [] },
            number => Path.Combine(Folder.Path, "models", Model, $"{number}"),
            default);
        Directory.CreateDirectory(version.Location);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(version.Location, Path.GetFileName(file)));
        return version;
    }

    private protected static T Outputs<T>(ActivityResult result) => Assert.IsType<T>(result.Outputs);
}
