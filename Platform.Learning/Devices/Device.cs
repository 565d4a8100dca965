namespace Platform.Learning.Devices;

/// <summary>Where a model computes, as a workflow writes it: <c>cpu</c>, <c>cuda</c> or <c>auto</c>.</summary>
public enum Device
{
    /// <summary>CUDA where it works, else the CPU, which is said once.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU; fails where something is missing.</summary>
    Cuda,
}

/// <summary>Reads device names.</summary>
public static class DeviceName
{
    /// <summary>The device of a name.</summary>
    /// <exception cref="LearningException">It is none of the three.</exception>
    public static Device Parse(string name) => name switch
    {
        "auto" => Device.Auto,
        "cpu" => Device.Cpu,
        "cuda" => Device.Cuda,
        _ => throw new LearningException($"There is no device '{name}'. Write cpu, cuda or auto."),
    };
}
