using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Platform.Learning.Devices;

/// <summary>Finds out once whether CUDA can be used, and makes session options for a device.</summary>
public static class DeviceSession
{
    private static readonly Lazy<string?> Missing = new(Probe);
    private static int _said;

    /// <summary>Why CUDA cannot be used here; null where it can.</summary>
    public static string? WhyNoCuda => Missing.Value;

    /// <summary>What <paramref name="device"/> means on this machine.</summary>
    /// <param name="device">As asked for.</param>
    /// <param name="say">Told once in this process when <see cref="Device.Auto"/> falls back to the CPU; null tells nobody.</param>
    /// <returns><see cref="Device.Cpu"/> or <see cref="Device.Cuda"/>.</returns>
    /// <exception cref="LearningException"><see cref="Device.Cuda"/> was asked for and something is missing; the message says what.</exception>
    public static Device Resolve(Device device, Action<string>? say = null)
    {
        if (device == Device.Cpu || WhyNoCuda is not { } missing)
            return device == Device.Cpu ? Device.Cpu : Device.Cuda;
        if (device == Device.Cuda)
            throw new LearningException($"The device cuda cannot be used: {missing} Install what is missing, or choose cpu or auto.");
        if (say is not null && Interlocked.Exchange(ref _said, 1) == 0)
            say($"Device auto uses the CPU: {missing}");
        return Device.Cpu;
    }

    /// <summary>
    /// Options for a session: one thread inside an operator and no spinning, because many sessions and many tasks share the machine's cores.
    /// </summary>
    internal static SessionOptions Options(Device device)
    {
        var resolved = Resolve(device);
        var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            EnableCpuMemArena = false,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        if (resolved == Device.Cuda)
            options.AppendExecutionProvider_CUDA(0);
        return options;
    }

    private static string? Probe()
    {
        if (!OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
            return "this build of ONNX Runtime has no CUDA provider (libonnxruntime_providers_cuda.so of the GPU build).";
        if (!NativeLibrary.TryLoad("libcuda.so.1", out var driver))
            return "the NVIDIA driver (libcuda.so.1) is not installed.";
        NativeLibrary.Free(driver);
        try
        {
            using var options = new SessionOptions();
            options.AppendExecutionProvider_CUDA(0);
            return null;
        }
        catch (OnnxRuntimeException missing)
        {
            return $"ONNX Runtime cannot start it: {missing.Message.TrimEnd()}.";
        }
    }
}
