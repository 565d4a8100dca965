namespace Platform.Server.Security;

/// <summary>The three roles, each including the one before: viewer, editor, administrator.</summary>
internal static class Roles
{
    public const string Viewer = "viewer";
    public const string Editor = "editor";
    public const string Administrator = "administrator";

    /// <summary>The roles that a user of <paramref name="role"/> holds.</summary>
    /// <exception cref="ArgumentException">There is no such role.</exception>
    public static IReadOnlyList<string> Including(string role) => role switch
    {
        Viewer => [Viewer],
        Editor => [Viewer, Editor],
        Administrator => [Viewer, Editor, Administrator],
        _ => throw new ArgumentException($"There is no role '{role}'. Use viewer, editor or administrator.", nameof(role)),
    };
}
