using System.Reflection;
using Platform.Postgres;
using Platform.Postgres.Secrets;
using Platform.Server.Security;
using Platform.Workflows;

namespace Platform.Server;

/// <summary>Wires the rooms: which services a node has.</summary>
internal static class Rooms
{
    /// <summary>Rooms that bring numbered schema files.</summary>
    public static IReadOnlyList<Assembly> WithSchema { get; } = [typeof(Database).Assembly, typeof(Rooms).Assembly];

    /// <summary>Adds every room's services.</summary>
    public static void AddPlatformRooms(this IServiceCollection services, PlatformOptions options, Database database)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(database);
        services.AddSingleton(database.DataSource);
        services.AddSingleton(SecretKey.Open(options.Home, options.KeyFile));
        services.AddSingleton<SecretStore>();
        services.AddSingleton<ISecrets>(s => s.GetRequiredService<SecretStore>());
        services.AddSingleton<ConnectionStore>();
        services.AddSingleton<IConnections>(s => s.GetRequiredService<ConnectionStore>());
        services.AddSingleton<UserStore>();
        services.AddSingleton<TokenStore>();
    }
}
