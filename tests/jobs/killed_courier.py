"""A worker process that puts a parcel down and is killed before it can say so."""

import sys
from pathlib import Path

from delivering_office import Shelves, killed

from service.db.engine import make_engine
from service.settings import Settings
from workers.runner import run_job
from workers.works import works

if __name__ == "__main__":
    url, folder, job_id = sys.argv[1:]
    shelves = Shelves(folder=Path(folder) / "share", after=[killed])
    engine = make_engine(url)
    run_job(engine, Settings(data_dir=Path(folder)), job_id, works(kinds={"shelf": shelves.kind()}))
