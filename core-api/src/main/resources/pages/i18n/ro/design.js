export default {
  'design.startUp': 'Timp de pornire',
  'design.text': 'De la apăsarea butonului până la prima imagine.',
  'design.title': 'Design',
};
