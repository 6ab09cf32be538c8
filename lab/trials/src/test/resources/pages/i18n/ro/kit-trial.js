export default {
  'kit-trial.colour': 'Culoare',
  'kit-trial.name': 'Nume',
  'kit-trial.open': 'Deschide',
  'kit-trial.send': 'Trimite',
  'kit-trial.title': 'Probă',
};
