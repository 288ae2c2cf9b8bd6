// swift-tools-version: 6.2
import PackageDescription

// The arrows below are the only imports allowed; .ci/run checks that C stops at its wrapper.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "tiny-diagnose",
  products: [
    .executable(name: "tiny-diagnose", targets: ["tiny-diagnose"]),
    .library(name: "Networks", targets: ["Networks"]),
    .library(name: "Loader", targets: ["Loader"]),
    .library(name: "Diagnostics", targets: ["Diagnostics"]),
    .library(name: "Growth", targets: ["Growth"]),
  ],
  traits: [.trait(name: "MPI", description: "Share the samples among the ranks of an MPI run.")],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    // MARK: C libraries

    .systemLibrary(
      name: "COpenBLAS", path: "Sources/C/COpenBLAS", pkgConfig: "openblas lapacke",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(
      name: "CHDF5", path: "Sources/C/CHDF5", pkgConfig: "hdf5-serial",
      providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(
      name: "CZip", path: "Sources/C/CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),

    .systemLibrary(
      name: "CMPI", path: "Sources/C/CMPI", pkgConfig: "mpi-c",
      providers: [.apt(["libopenmpi-dev"])]),

    // MARK: Libraries

    .target(
      name: "LinearAlgebra",
      dependencies: ["COpenBLAS", .product(name: "RealModule", package: "swift-numerics")],
      swiftSettings: strict),
    .target(name: "HDF5", dependencies: ["CHDF5"], swiftSettings: strict),
    .target(
      name: "Networks",
      dependencies: ["LinearAlgebra", .product(name: "RealModule", package: "swift-numerics")],
      swiftSettings: strict),
    .target(
      name: "Loader", dependencies: ["LinearAlgebra", "Networks", "HDF5", "CZip"],
      swiftSettings: strict),
    .target(
      name: "Diagnostics", dependencies: ["LinearAlgebra", "Networks"], swiftSettings: strict),
    .target(
      name: "Growth", dependencies: ["LinearAlgebra", "Networks", "Diagnostics"],
      swiftSettings: strict),
    .target(
      name: "Charts", dependencies: [.product(name: "RealModule", package: "swift-numerics")],
      swiftSettings: strict),
    .target(
      name: "Reports", dependencies: ["Networks", "Diagnostics", "Growth", "Charts"],
      swiftSettings: strict),

    .target(
      name: "Ranks",
      dependencies: ["Diagnostics", .target(name: "CMPI", condition: .when(traits: ["MPI"]))],
      swiftSettings: strict),

    // MARK: Programs

    .executableTarget(
      name: "tiny-diagnose",
      dependencies: [
        "LinearAlgebra", "HDF5", "Loader", "Networks", "Diagnostics", "Growth", "Ranks", "Reports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "tiny-calibration",
      dependencies: [
        "Loader", "Networks", "Diagnostics", "Growth", "LinearAlgebra",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "tiny-paper",
      dependencies: [
        "Loader", "Networks", "Diagnostics", "Growth", "LinearAlgebra", "HDF5", "Charts",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "tiny-bench",
      // The tests' writer of HDF5 files, for the samples it makes.
      dependencies: [
        "LinearAlgebra", "Networks", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // MARK: Tests

    .target(
      name: "TestSupport",
      dependencies: [
        "LinearAlgebra", "Networks", "HDF5", "CHDF5",
        .product(name: "RealModule", package: "swift-numerics"),
      ], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "HDF5Tests", dependencies: ["HDF5", "LinearAlgebra", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks", "LinearAlgebra", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LoaderTests",
      dependencies: ["Loader", "Growth", "LinearAlgebra", "Networks", "HDF5", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "DiagnosticsTests",
      dependencies: ["Diagnostics", "Networks", "LinearAlgebra", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "GrowthTests",
      dependencies: ["Growth", "Diagnostics", "Networks", "LinearAlgebra", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Reports", "Diagnostics", "Growth", "LinearAlgebra", "Networks", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ChartsTests", dependencies: ["Charts", "LinearAlgebra", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "PaperTests",
      dependencies: [
        "tiny-paper", "Charts", "Growth", "Networks", "LinearAlgebra", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["tiny-diagnose", "HDF5", "Loader", "TestSupport"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
