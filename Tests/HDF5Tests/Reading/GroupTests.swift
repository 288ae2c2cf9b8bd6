import HDF5
import TestSupport
import Testing

@Suite struct GroupTests {
  @Test(
    "a text attribute reads the same however it is stored",
    arguments: HDF5Writer.TextLayout.allCases)
  func texts(_ layout: HDF5Writer.TextLayout) throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/a.h5")
        writer.group("g")
        writer.attribute("one", of: "/g", "größe", as: layout)
        writer.attribute("empty", of: "/g", "", as: layout)
        writer.attribute("list", of: "/g", ["dense", "dense_10", "", "é"], as: layout)
        writer.attribute("none", of: "/g", [String](), as: layout)
      }
      let group = try File("\(folder)/a.h5").root.group("g")
      #expect(try group.attribute("one")?.text() == "größe")
      #expect(try group.attribute("empty")?.text() == "")
      #expect(try group.attribute("list")?.texts() == ["dense", "dense_10", "", "é"])
      #expect(try group.attribute("none")?.texts() == [])
      #expect(try group.attribute("absent")?.text() == nil)
    }
  }

  @Test("a text of many megabytes is read whole")
  func longText() throws {
    try withTemporaryFolder { folder in
      let long = String(repeating: "0123456789", count: 500_000)
      try HDF5Writer("\(folder)/a.h5").attribute("model_config", long)
      #expect(try File("\(folder)/a.h5").root.attribute("model_config")?.text() == long)
    }
  }

  @Test("numbers and booleans of attributes")
  func numbers() throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/a.h5")
        writer.attribute("version", integer: 1)
        writer.attribute("delta", number: 0.5)
        writer.attribute("flag", boolean: true)
      }
      let root = try File("\(folder)/a.h5").root
      #expect(try root.attribute("version")?.integer() == 1)
      #expect(try root.attribute("version")?.number() == 1)
      #expect(try root.attribute("delta")?.number() == 0.5)
      #expect(try root.attribute("flag")?.integer() == 1)
    }
  }

  @Test("names come in alphabetical order, and no more than asked for")
  func names() throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/a.h5")
        for name in ["dense_2", "dense_10", "dense", "größe"] { writer.group("g/" + name) }
      }
      let group = try File("\(folder)/a.h5").root.group("g")
      #expect(try group.childNames() == ["dense", "dense_10", "dense_2", "größe"])
      #expect(try group.childNames(limit: 2) == ["dense", "dense_10"])
    }
  }

  @Test("a path tells what is there")
  func kinds() throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/a.h5")
        writer.dataset("g/x", [1], shape: [1])
        writer.softLink("soft", to: "/g/x")
        writer.hardLink("g/loop", to: "/g")
      }
      let root = try File("\(folder)/a.h5").root
      #expect(try root.kind(of: "g") == .group)
      #expect(try root.kind(of: "/") == .group)
      #expect(try root.kind(of: "g/x") == .dataset)
      #expect(try root.kind(of: "g/loop/loop/x") == .dataset)
      #expect(try root.kind(of: "soft") == .other)
      #expect(try root.kind(of: "g/y") == nil)
      #expect(try root.kind(of: "g/x/y") == nil)
      #expect(try root.kind(of: "z/y") == nil)
    }
  }
}
