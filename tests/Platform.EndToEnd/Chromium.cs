using System.Diagnostics;
using Microsoft.Playwright;

namespace Platform.EndToEnd;

/// <summary>Finds a Chromium on this machine; as root on Debian it installs one, otherwise it says how.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly string[] Flags =
        ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Find() ?? await InstallAsync(), Headless = true, ChromiumSandbox = false, Args = Flags });

    private static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static async Task<string> InstallAsync()
    {
        const string Advice = "Install Chromium and fonts with Chinese, on Debian 'apt-get install chromium fonts-noto-cjk', then run the tests again.";
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
            throw new InvalidOperationException($"The browser tests need Chromium, which is not in PATH. {Advice}");
        using var apt = Process.Start(new ProcessStartInfo("sh", ["-c", "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium fonts-noto-cjk"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = apt.StandardOutput.ReadToEndAsync();
        var errors = apt.StandardError.ReadToEndAsync();
        await apt.WaitForExitAsync();
        await output;
        return apt.ExitCode == 0 && Find() is { } found ? found : throw new InvalidOperationException($"apt-get could not install Chromium (exit code {apt.ExitCode}): {await errors} {Advice}");
    }
}
