using Platform.Activities.Inventory;
using Platform.Catalog.Inventory;
using Platform.Designer.Ports;
using Platform.Server.Data;

namespace Platform.Server.Ports;

/// <summary>What the pages need of rooms that they may not see.</summary>
internal static class PortServices
{
    public static void AddPorts(this IServiceCollection services)
    {
        services.AddSingleton<ISettingsPort, SettingsPort>();
        services.AddSingleton<IAccountPort, AccountPort>();
        services.AddSingleton<IUserPort, UserPort>();
        services.AddSingleton<InventorySample>();
        services.AddSingleton<ISamplePort, SamplePort>();
        services.AddSingleton<IScoringPort, ScoringPort>();
        services.AddSingleton<IReportPort, ReportPort>();
        services.AddSingleton<ProfileQueries>();
        services.AddSingleton<IDriftPort, DriftPort>();
        services.AddSingleton<CheckReader>();
        services.AddSingleton<ICheckPort, CheckPort>();
        services.AddSingleton<IOperationsPort, OperationsPort>();
        services.AddSingleton<ISemanticTypePort, SemanticTypePort>();
        services.AddSingleton<PreviewPort>();
        services.AddSingleton<IPreviewPort>(s => s.GetRequiredService<PreviewPort>());
    }
}
