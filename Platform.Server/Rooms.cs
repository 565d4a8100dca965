using System.Reflection;
using Platform.Activities;
using Platform.Activities.Checks;
using Platform.Activities.Monitor;
using Platform.Activities.Preview;
using Platform.Catalog.Assets;
using Platform.Catalog.Cells;
using Platform.Catalog.Exchange;
using Platform.Catalog.Glossary;
using Platform.Catalog.Govern;
using Platform.Catalog.History;
using Platform.Catalog.Inventory;
using Platform.Catalog.LanguageModel;
using Platform.Catalog.Lineage;
using Platform.Catalog.Masking;
using Platform.Catalog.Models;
using Platform.Catalog.OpenLineage;
using Platform.Catalog.Projection;
using Platform.Catalog.Quality;
using Platform.Catalog.Review;
using Platform.Catalog.Usage;
using Platform.Designer.Ports;
using Platform.Engine;
using Platform.Engine.Audit;
using Platform.Engine.Definitions;
using Platform.Engine.Explain;
using Platform.Engine.History;
using Platform.Engine.Maintenance;
using Platform.Engine.Notices;
using Platform.Engine.Planning;
using Platform.Engine.Previews;
using Platform.Engine.Simulate;
using Platform.Engine.Waiting;
using Platform.Learning.Serving;
using Platform.Postgres;
using Platform.Postgres.Secrets;
using Platform.Server.Data;
using Platform.Server.Hosting;
using Platform.Server.Ports;
using Platform.Server.Security;
using Platform.Tables;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Server;

/// <summary>Wires the rooms: which services a node has.</summary>
internal static class Rooms
{
    /// <summary>Memory of one task's DuckDB, in bytes; what does not fit goes to the spill folder.</summary>
    private const long SessionMemory = 1L << 30;

    /// <summary>Rooms that bring numbered schema files.</summary>
    public static IReadOnlyList<Assembly> WithSchema { get; } = [typeof(Database).Assembly, typeof(EngineHost).Assembly, typeof(AssetQueries).Assembly, typeof(Rooms).Assembly];

    /// <summary>The shipped activities, and those of the folders that the options name.</summary>
    /// <exception cref="ActivityCatalogException">A folder or a library in it cannot be used.</exception>
    public static ActivityCatalog ActivitiesOf(PlatformOptions options) =>
        options.ActivityFolders.Aggregate(ActivityCatalog.FromAssemblies(typeof(Workspace).Assembly), (catalog, folder) => catalog.LoadFolder(folder));

    /// <summary>The tables of a home.</summary>
    public static TableStore OpenTables(PlatformOptions options) =>
        new(new TableStoreOptions { Root = options.TablesFolder, SpillFolder = options.SpillFolder, MemoryLimit = SessionMemory });

    /// <summary>Adds every room's services.</summary>
    public static void AddPlatformRooms(this IServiceCollection services, PlatformOptions options, Database database)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(database);
        services.AddSingleton(database.DataSource);
        services.AddSingleton(_ => new Notifications(database.DataSource, TimeProvider.System));

        services.AddSingleton(SecretKey.Open(options.Home, options.KeyFile));
        services.AddSingleton<SecretStore>();
        services.AddSingleton<ISecrets>(s => s.GetRequiredService<SecretStore>());
        services.AddSingleton<ConnectionStore>();
        services.AddSingleton<IConnections>(s => s.GetRequiredService<ConnectionStore>());
        services.AddSingleton<SignInGuard>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<TokenStore>();

        services.AddSingleton(_ => OpenTables(options));
        services.AddSingleton(_ => new Workspace(options.Home));
        services.AddSingleton(_ => new ModelServer());

        services.AddSingleton(_ => ActivitiesOf(options));
        services.AddSingleton<WorkflowDefinitions>();
        services.AddSingleton<WorkflowStore>();
        services.AddSingleton<WorkflowRemoval>();
        services.AddSingleton<RemovalQueries>();
        services.AddSingleton<WorkflowQueries>();
        services.AddSingleton<DataChecks>();
        services.AddSingleton<IDataPort, DataPort>();
        services.AddSingleton<WorkflowGate>();
        services.AddSingleton<RunCommands>();
        services.AddSingleton<PreviewCommands>();
        services.AddSingleton<PreviewQueries>();
        services.AddSingleton<PreviewRoom>();
        services.AddSingleton<IPreviewRoom>(s => s.GetRequiredService<PreviewRoom>());
        services.AddSingleton<ApprovalCommands>();
        services.AddSingleton<NoticeQueries>();
        services.AddSingleton<IChildRuns, ChildRuns>();
        services.AddSingleton<IPublishedWorkflows, PublishedWorkflows>();
        services.AddSingleton<BackfillControl>();
        services.AddSingleton<PoolStore>();
        services.AddSingleton<NodeControl>();
        services.AddSingleton<RunQueries>();
        services.AddSingleton<RunWatch>();
        services.AddSingleton<RunFeed>();
        services.AddSingleton<GridQueries>();
        services.AddSingleton<TaskQueries>();
        services.AddSingleton<BackfillQueries>();
        services.AddSingleton<PoolQueries>();
        services.AddSingleton<RunMove>();
        services.AddSingleton<Explainer>();
        services.AddSingleton<Simulation>();
        services.AddSingleton<IAuditCheck, DoubleWrites>();
        services.AddSingleton(s => new EngineAudit(database, s.GetRequiredService<WorkflowDefinitions>(), TimeProvider.System, s.GetServices<IAuditCheck>()));
        services.AddSingleton<AuditStore>();
        services.AddSingleton<OperationsQueries>();
        services.AddSingleton(s => new DatabaseWatch(database, s.GetRequiredService<ILoggerFactory>().CreateLogger<DatabaseWatch>()));

        services.AddSingleton<AssetQueries>();
        services.AddSingleton<LineageQueries>();
        services.AddSingleton<ImpactQueries>();
        services.AddSingleton<PathQueries>();
        services.AddSingleton<LineageChangeQueries>();
        services.AddSingleton<RootCauseQueries>();
        services.AddSingleton<OpenLineageInbox>();
        services.AddSingleton<OpenLineageSender>();
        services.AddSingleton<AttemptFeed>();
        services.AddSingleton<IAttemptSource, AttemptSource>();
        services.AddSingleton<OpenLineageFollower>();
        services.AddSingleton<SendingQueries>();
        services.AddSingleton<ExternalRunQueries>();
        services.AddSingleton<InventoryQueries>();
        services.AddSingleton<InventoryCommands>();
        services.AddSingleton<InventoryMemory>();
        services.AddSingleton<RelationQueries>();
        services.AddSingleton<SuggestionQueries>();
        services.AddSingleton<SuggestionCommands>();
        services.AddSingleton<ReviewQueries>();
        services.AddSingleton<ReviewCommands>();
        services.AddSingleton<GovernCommands>();
        services.AddSingleton<ContractQueries>();
        services.AddSingleton<HistoryQueries>();
        services.AddSingleton<UsageQueries>();
        services.AddSingleton<UsageRecorder>();
        services.AddSingleton(new QueryNotes(options.Home));
        services.AddSingleton<CatalogExport>();
        services.AddSingleton<CatalogImport>();
        services.AddSingleton<GlossaryQueries>();
        services.AddSingleton<GlossaryCommands>();
        services.AddSingleton<MaskingQueries>();
        services.AddSingleton<MaskingCommands>();
        services.AddSingleton<QualityQueries>();
        services.AddSingleton<QualityCommands>();
        services.AddSingleton<IncidentCommands>();
        services.AddSingleton<CellQueries>();
        services.AddSingleton(_ => new CellCommands(database.DataSource, TimeProvider.System));
        services.AddSingleton<IWriteGate, WriteGate>();
        services.AddSingleton<ModelAnswerStore>();
        services.AddSingleton<ModelRegistry>();
        services.AddSingleton<ModelStateQueries>();
        services.AddSingleton<EndpointRecorder>();
        services.AddSingleton<LineageProjector>();
        services.AddSingleton<ModelScorer>();
    }
}
