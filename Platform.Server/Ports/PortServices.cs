using Platform.Activities.Inventory;
using Platform.Designer.Ports;

namespace Platform.Server.Ports;

/// <summary>What the pages need of rooms that they may not see.</summary>
internal static class PortServices
{
    public static void AddPorts(this IServiceCollection services)
    {
        services.AddSingleton<ISettingsPort, SettingsPort>();
        services.AddSingleton<IAccountPort, AccountPort>();
        services.AddSingleton<InventorySample>();
        services.AddSingleton<ISamplePort, SamplePort>();
        services.AddSingleton<IScoringPort, ScoringPort>();
        services.AddSingleton<IReportPort, ReportPort>();
        services.AddSingleton<ISemanticTypePort, SemanticTypePort>();
    }
}
