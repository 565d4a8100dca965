using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Tables.Sources;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>The files that came.</summary>
/// <param name="Files">Their paths, the first 200.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Bytes">Their size together.</param>
public sealed record WaitForFileOutputs(IReadOnlyList<string> Files, int Count, long Bytes);

/// <summary>Waits for files.</summary>
[Activity("control.wait_for_file", Title = "Wait for files", TitleZh = "等待文件", Stage = Stage.Control, Icon = "file-time", Preview = PreviewSupport.Stops,
    Would = "wait until the files are there", WouldZh = "等待文件就绪", Outputs = typeof(WaitForFileOutputs),
    Help = "Waits until a file, or files that match a pattern, are there and have stopped growing; holds no worker meanwhile.",
    HelpZh = "等待文件或匹配通配符的文件出现且大小不再变化，期间不占用工作进程。",
    Example = "path: \"{{ params.source }}/{{ interval.start | date 'yyyy-MM-dd' }}.csv\"\npoll: 1m\ntimeout: 12h\non_timeout: skip")]
public sealed class ControlWaitForFile(Workspace workspace) : WaitActivity
{
    private const int MostPaths = 200;

    [Field(Title = "Path", TitleZh = "路径", Help = "A file, or a pattern with *, ?, [a-z] or **; a relative one begins in the platform's home folder.", HelpZh = "文件，或含 *、?、[a-z]、** 的通配符；相对路径以平台目录为起点。", Example = "/data/orders/*.csv")]
    public required string Path { get; set; }

    [Field(Title = "Files", TitleZh = "文件数", Help = "How many files there must be.", HelpZh = "至少需要的文件数。", Min = 1)]
    public int MinFiles { get; set; } = 1;

    [Field(Title = "Smallest size", TitleZh = "最小字节数", Help = "Bytes that each file must have; smaller ones do not count.", HelpZh = "每个文件至少的字节数；更小的不计。", Min = 0)]
    public long MinBytes { get; set; } = 1;

    [Field(Title = "Unchanged for", TitleZh = "大小不变时长", Help = "How long names and sizes must stay the same, so that a file that is still written is not taken; 0s does not ask.", HelpZh = "文件名和大小须保持不变的时长，以免读取仍在写入的文件；0s 表示不检查。", Max = 86_400)]
    public TimeSpan StableFor { get; set; } = TimeSpan.FromSeconds(5);

    private protected override Task<Look> LookAsync(ActivityContext context, CancellationToken cancellationToken) => Task.Run(() => Look(context), cancellationToken);

    private Look Look(ActivityContext context)
    {
        var path = workspace.Resolve(Path);
        var files = PathGlob.Expand(path).Select(f => new FileInfo(f)).Where(f => f.Exists && f.Length >= MinBytes).OrderBy(f => f.FullName, StringComparer.Ordinal).ToList();
        var what = PathGlob.IsGlob(path) ? $"for {(MinFiles == 1 ? "a file" : $"{MinFiles} files")} that match {path}" : $"for file {path}";
        if (files.Count < MinFiles)
            return new Look(null, files.Count == 0 ? what : $"{what} ({files.Count} there)");
        var outputs = new WaitForFileOutputs([.. files.Take(MostPaths).Select(f => f.FullName)], files.Count, files.Sum(f => f.Length));
        if (StableFor <= TimeSpan.Zero)
            return new Look(outputs, what);
        var seen = Fingerprint(files);
        var waited = context.Resumed?.Waited ?? TimeSpan.Zero;
        var before = context.Resumed?.State;
        var since = (string?)before?["seen"] == seen ? TimeSpan.FromSeconds((double)before!["at"]!) : waited;
        return waited - since >= StableFor && before is not null
            ? new Look(outputs, what)
            : new Look(null, $"{what} to stop changing", new JsonObject { ["seen"] = seen, ["at"] = since.TotalSeconds }, StableFor - (waited - since));
    }

    private static string Fingerprint(List<FileInfo> files)
    {
        var text = string.Join('\n', files.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.FullName} {f.Length} {f.LastWriteTimeUtc.Ticks}")));
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
    }
}
