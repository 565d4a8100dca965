using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;

namespace Platform.Designer.SignIn;

/// <summary>
/// The one place that answers "may this user do that?": what can be done, and the least of the three roles that may. Pages, the HTTP API, previews and samples
/// all ask by these names; each is also the name of an authorization policy. A role may everything that the role before it may.
/// </summary>
public static class Permissions
{
    public const string Viewer = "viewer";
    public const string Editor = "editor";
    public const string Administrator = "administrator";

    /// <summary>Look at workflows, runs, logs, inventory, quality, lineage and models; values of personal columns are hidden.</summary>
    public const string See = "see";

    /// <summary>See values of personal columns in samples and previews.</summary>
    public const string SeePersonal = "see_personal";

    /// <summary>Write workflows: drafts, publishing, pausing, retiring and bringing back.</summary>
    public const string Author = "author";

    /// <summary>Delete workflows for ever, with the history of their runs.</summary>
    public const string Erase = "erase";

    /// <summary>Start, cancel, clear, move and backfill runs, and run or preview an unpublished text.</summary>
    public const string Run = "run";

    /// <summary>Answer tasks that ask people; a task may ask only some of them.</summary>
    public const string Approve = "approve";

    /// <summary>Decide in the review queue, declare checks, work on incidents, owners, terms, masking, and take in what other systems tell.</summary>
    public const string Govern = "govern";

    /// <summary>Put versions of models into service and take them back.</summary>
    public const string Deploy = "deploy";

    /// <summary>Connections, secrets, pools, nodes and what else concerns the whole installation.</summary>
    public const string Configure = "configure";

    /// <summary>Users, and the tokens and sessions of others.</summary>
    public const string ManageUsers = "manage_users";

    /// <summary>By action the least role that may.</summary>
    public static readonly FrozenDictionary<string, string> LeastRole = new Dictionary<string, string>
    {
        [See] = Viewer,
        [SeePersonal] = Editor,
        [Author] = Editor,
        [Run] = Editor,
        [Approve] = Editor,
        [Govern] = Editor,
        [Deploy] = Editor,
        [Erase] = Administrator,
        [Configure] = Administrator,
        [ManageUsers] = Administrator,
    }.ToFrozenDictionary();

    /// <summary>The three roles, each including the one before.</summary>
    public static readonly IReadOnlyList<string> Roles = [Viewer, Editor, Administrator];

    /// <summary>The roles that a user of <paramref name="role"/> holds.</summary>
    /// <exception cref="ArgumentException">There is no such role.</exception>
    public static IReadOnlyList<string> Including(string role) =>
        Roles.Contains(role) ? [.. Roles.TakeWhile(r => r != role), role] : throw new ArgumentException($"There is no role '{role}'. Use viewer, editor or administrator.", nameof(role));

    /// <summary>Whether a user may do something.</summary>
    /// <param name="user">Who; nobody who has not signed in may anything.</param>
    /// <param name="action">One of the actions.</param>
    /// <exception cref="KeyNotFoundException">There is no such action.</exception>
    public static bool Allow([NotNullWhen(true)] ClaimsPrincipal? user, string action) => user?.IsInRole(LeastRole[action]) == true;
}
